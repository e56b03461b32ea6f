-- How the error falls step by step, at the best learning rate of each rank or at one rate.
--
-- :sweep sweep = latest    the sweep
-- :learning_rate real = null  one rate for all; unless given, each rank and rule has its best, as in best-learning-rate
-- :profile text = null     only this profile
-- :rule text = null        only this scaling rule
-- :optimizer text = null   only this optimizer
-- :rank integer = null     only this rank
-- shows: rank, rule, learning_rate, step, error_mean
--
-- One row a recorded step: means over the n seeds whose training had come so far, and the error's sample standard
-- deviation. step counts updates made; energy_recovered = 1 − error², and grad_norm_b = ‖∂L/∂B‖ before update step.
WITH
trained AS MATERIALIZED (
  SELECT
    *,
    min(run_id) OVER (
      PARTITION BY
        profile, d, k, noise, alpha, rule, optimizer, lr_ratio, momentum, nesterov, beta1, beta2, eps,
        weight_decay, schedule, warmup, steps, init, init_seed, inputs, samples, batch, data_seed,
        record, divergence
    ) AS group_id
  FROM trainings
  WHERE sweep_id = :sweep AND (:profile IS NULL OR profile = :profile)
    AND (:rule IS NULL OR rule = :rule) AND (:optimizer IS NULL OR optimizer = :optimizer)
    AND (:rank IS NULL OR rank = :rank)
),
rate AS (
  SELECT
    group_id, rank, learning_rate, count(*) AS n, count(final_loss) AS ended,
    avg(final_loss) AS final_loss
  FROM trained
  GROUP BY group_id, rank, learning_rate
),
candidate AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY group_id, rank ORDER BY final_loss, learning_rate) AS place
  FROM rate
  WHERE ended = n
),
chosen AS MATERIALIZED (
  SELECT group_id, rank, learning_rate FROM candidate WHERE place = 1 AND :learning_rate IS NULL
  UNION ALL
  SELECT group_id, rank, learning_rate FROM rate WHERE learning_rate = :learning_rate
)
SELECT
  trained.profile, trained.d, trained.k, trained.noise, trained.rank, trained.alpha, trained.rule,
  trained.optimizer, trained.init, trained.schedule, trained.batch, chosen.learning_rate,
  training_step.step, count(training_step.error) AS n, avg(training_step.error) AS error_mean,
  stddev(training_step.error) AS error_sd, avg(training_step.energy_recovered) AS energy_recovered_mean,
  avg(training_step.loss) AS loss_mean, avg(training_step.grad_norm_b) AS grad_norm_b_mean
FROM chosen
CROSS JOIN trained
CROSS JOIN training_step
WHERE trained.group_id = chosen.group_id AND trained.rank = chosen.rank
  AND trained.learning_rate = chosen.learning_rate AND training_step.run_id = trained.run_id
GROUP BY chosen.group_id, chosen.rank, training_step.step
ORDER BY chosen.group_id, chosen.rank, training_step.step;
