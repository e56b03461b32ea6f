-- How strong the learning signal is in the first update, and with which power of the rank it changes.
--
-- :sweep sweep = latest    the sweep
-- :profile text = null     only this profile
-- :rule text = null        only this scaling rule
-- :optimizer text = null   only this optimizer
-- shows: rank, rule, optimizer, grad_norm_b_mean, gain_per_rate_mean, gain_power
--
-- grad_norm_b = ‖∂L/∂B‖ before the first update, where B = 0 and ∂L/∂A = 0; grad_norm_b_expected = s·√(r·v)·‖ΔW‖ is
-- its root mean square over the draws of A, whose entries have the variance v (1/(3k) for kaiming, 1/r² for gaussian,
-- 1/k for normal), for white inputs and the population loss. gain_per_rate is the share of the loss that the first
-- update wins, divided by its learning rate, at the lowest rate that was tried, signal_learning_rate: the larger the
-- rate, the more curvature it feels. There is none where warm-up makes the first rate 0. Means and sample standard
-- deviations are over n seeds.
-- The powers are slopes of ln(mean) on ln(rank) over all ranks of a setting. With s ∝ r^(−p) and v ∝ r^q theory says
-- ½ + q/2 − p for the gradient, 1 + q − 2p for the gain of sgd, whose first step is the gradient, and 1 + q/2 − p for
-- the gain of adam and adamw, whose first step is its sign: for lora and kaiming −½, −1 and 0, for rslora 0, 0 and ½.
WITH
trained AS (
  SELECT
    *,
    min(run_id) OVER (
      PARTITION BY
        profile, d, k, noise, alpha, rule, optimizer, lr_ratio, momentum, nesterov, beta1, beta2, eps,
        weight_decay, schedule, warmup, steps, init, init_seed, inputs, samples, batch, data_seed,
        record, divergence
    ) AS group_id,
    min(learning_rate) OVER (
      PARTITION BY
        profile, d, k, noise, alpha, rule, optimizer, lr_ratio, momentum, nesterov, beta1, beta2, eps,
        weight_decay, schedule, warmup, steps, init, init_seed, inputs, samples, batch, data_seed,
        record, divergence, rank
    ) AS least_rate
  FROM trainings
  WHERE sweep_id = :sweep AND (:profile IS NULL OR profile = :profile)
    AND (:rule IS NULL OR rule = :rule) AND (:optimizer IS NULL OR optimizer = :optimizer)
),
first_step AS (
  SELECT
    trained.group_id, trained.rank, trained.scale, trained.seed, trained.least_rate,
    training_step.grad_norm_b,
    CASE WHEN training_step.learning_rate > 0
      THEN training_step.step_gain / training_step.learning_rate
    END AS gain_per_rate,
    CASE WHEN trained.inputs = 'white' AND trained.samples = 0 AND trained.batch = 0 THEN
      trained.scale * sqrt(
        2 * training_step.loss * trained.rank
        * CASE trained.init
          WHEN 'kaiming' THEN 1.0 / (3 * trained.k)
          WHEN 'gaussian' THEN 1.0 / (trained.rank * trained.rank)
          WHEN 'normal' THEN 1.0 / trained.k
        END)
    END AS expected
  FROM trained
  CROSS JOIN training_step
  WHERE training_step.run_id = trained.run_id AND training_step.step = 0
    AND trained.learning_rate = trained.least_rate
),
at_rank AS MATERIALIZED (
  SELECT
    group_id, rank, scale, count(*) AS n, least_rate,
    avg(grad_norm_b) AS grad_norm_b, stddev(grad_norm_b) AS grad_norm_b_sd,
    avg(expected) AS expected, avg(gain_per_rate) AS gain, stddev(gain_per_rate) AS gain_sd
  FROM first_step
  GROUP BY group_id, rank
),
grad_fit AS (
  SELECT
    group_id,
    (sum(ln(rank) * ln(grad_norm_b)) - sum(ln(rank)) * sum(ln(grad_norm_b)) / count(*))
    / nullif(sum(ln(rank) * ln(rank)) - sum(ln(rank)) * sum(ln(rank)) / count(*), 0) AS power
  FROM at_rank
  WHERE grad_norm_b > 0
  GROUP BY group_id
  HAVING count(*) > 1
),
gain_fit AS (
  SELECT
    group_id,
    (sum(ln(rank) * ln(gain)) - sum(ln(rank)) * sum(ln(gain)) / count(*))
    / nullif(sum(ln(rank) * ln(rank)) - sum(ln(rank)) * sum(ln(rank)) / count(*), 0) AS power
  FROM at_rank
  WHERE gain > 0
  GROUP BY group_id
  HAVING count(*) > 1
),
theory AS (
  SELECT
    run_id AS group_id,
    CASE
      WHEN rule = 'lora' THEN 1.0
      WHEN rule = 'rslora' THEN 0.5
      WHEN rule = 'unit' THEN 0.0
      WHEN rule LIKE 'power:%' THEN CAST(substr(rule, 7) AS REAL)
    END AS p,
    CASE init WHEN 'gaussian' THEN -2.0 ELSE 0.0 END AS q
  FROM trained
  WHERE run_id = group_id
)
SELECT
  trained.profile, trained.d, trained.k, trained.noise, trained.alpha, trained.rule,
  trained.optimizer, trained.init, trained.schedule, trained.batch,
  at_rank.rank, at_rank.scale, at_rank.n,
  at_rank.grad_norm_b AS grad_norm_b_mean, at_rank.grad_norm_b_sd,
  at_rank.expected AS grad_norm_b_expected,
  at_rank.least_rate AS signal_learning_rate, at_rank.gain AS gain_per_rate_mean,
  at_rank.gain_sd AS gain_per_rate_sd,
  grad_fit.power AS grad_norm_power, 0.5 + theory.q / 2 - theory.p AS grad_norm_power_theory,
  gain_fit.power AS gain_power,
  CASE trained.optimizer WHEN 'sgd' THEN 1 + theory.q - 2 * theory.p ELSE 1 + theory.q / 2 - theory.p END
    AS gain_power_theory
FROM at_rank
JOIN trained ON trained.run_id = at_rank.group_id
JOIN theory ON theory.group_id = at_rank.group_id
LEFT JOIN grad_fit ON grad_fit.group_id = at_rank.group_id
LEFT JOIN gain_fit ON gain_fit.group_id = at_rank.group_id
ORDER BY at_rank.group_id, at_rank.rank;
