-- The best learning rate at each rank, and the range that is nearly as good.
--
-- :sweep sweep = latest    the sweep
-- :profile text = null     only this profile
-- :rule text = null        only this scaling rule
-- :optimizer text = null   only this optimizer
-- :usable real = 0.9       a rate is usable with at least this part of the best rate's mean share
-- shows: profile, rank, rule, optimizer, best_learning_rate, usable_low, usable_high, final_error_mean
--
-- best_learning_rate has the least mean final loss over the seeds, and is the lower one of equals; a rate at which a
-- seed diverged is no candidate. at_edge is 1 where it is the grid's first or last rate: then no optimum was seen, and
-- the best may lie outside. share is what was learned of what the rank can learn, (loss₀ − final_loss)/(loss₀ − floor),
-- 0 for a training that diverged. usable_low to usable_high are the contiguous rates around the best whose mean share
-- is at least usable times the best one's; largest_stable_learning_rate is the largest at which every seed learned.
-- Late in adam and adamw single steps spike at large rates: best_error_mean is beside final_error_mean. rate_power is
-- the slope of ln(best rate) on ln(rank) over the ranks whose best rate is not at the edge. With s ∝ r^(−p) theory says
-- p for sgd, whose largest stable rate is about 1/(s·σ₁), and for adam and adamw 0 with lora and −¼ with rslora (μA).
-- Intervals of what is measured at a best rate ignore that the rate was chosen.
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
),
rate AS MATERIALIZED (
  SELECT
    group_id, rank, learning_rate, count(*) AS n, count(final_loss) AS ended,
    sum(status = 'learned') AS learned, avg(final_loss) AS final_loss, avg(final_error) AS final_error,
    avg(best_error) AS best_error, avg(steps_to_90) AS steps_to_90, count(steps_to_90) AS reached_90,
    sum(ifnull(share, 0)) / count(*) AS share
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
best AS MATERIALIZED (SELECT * FROM candidate WHERE place = 1),
tried AS (
  SELECT
    rate.group_id, rate.rank, count(*) AS rates, min(rate.learning_rate) AS lowest,
    max(rate.learning_rate) AS highest, sum(rate.ended < rate.n) AS diverged_rates,
    max(rate.learning_rate) FILTER (WHERE rate.learned = rate.n) AS largest_stable,
    max(rate.n) AS n,
    -- The nearest rates on either side that are not usable.
    max(rate.learning_rate) FILTER (
      WHERE rate.learning_rate < best.learning_rate AND rate.share < :usable * best.share
    ) AS below,
    min(rate.learning_rate) FILTER (
      WHERE rate.learning_rate > best.learning_rate AND rate.share < :usable * best.share
    ) AS above
  FROM rate
  LEFT JOIN best ON best.group_id = rate.group_id AND best.rank = rate.rank
  GROUP BY rate.group_id, rate.rank
),
usable AS (
  SELECT
    rate.group_id, rate.rank, min(rate.learning_rate) AS low, max(rate.learning_rate) AS high
  FROM rate
  JOIN tried ON tried.group_id = rate.group_id AND tried.rank = rate.rank
  JOIN best ON best.group_id = rate.group_id AND best.rank = rate.rank
  WHERE best.share > 0
    AND (tried.below IS NULL OR rate.learning_rate > tried.below)
    AND (tried.above IS NULL OR rate.learning_rate < tried.above)
  GROUP BY rate.group_id, rate.rank
),
inside AS (
  SELECT best.group_id, ln(best.rank) AS x, ln(best.learning_rate) AS y
  FROM best
  JOIN tried ON tried.group_id = best.group_id AND tried.rank = best.rank
  WHERE best.learning_rate > tried.lowest AND best.learning_rate < tried.highest
),
fit AS (
  SELECT
    group_id,
    (sum(x * y) - sum(x) * sum(y) / count(*)) / nullif(sum(x * x) - sum(x) * sum(x) / count(*), 0)
      AS power
  FROM inside
  GROUP BY group_id
  HAVING count(*) > 1
)
SELECT
  trained.profile, trained.d, trained.k, trained.noise, tried.rank, trained.alpha, trained.rule,
  trained.optimizer, trained.init, trained.schedule, trained.batch,
  tried.n, tried.rates, tried.diverged_rates,
  best.learning_rate AS best_learning_rate,
  best.learning_rate IN (tried.lowest, tried.highest) AS at_edge,
  usable.low AS usable_low, usable.high AS usable_high,
  ln(usable.high / usable.low) / ln(10) AS usable_decades,
  tried.largest_stable AS largest_stable_learning_rate,
  best.final_loss AS final_loss_mean, best.final_error AS final_error_mean,
  best.best_error AS best_error_mean, best.share AS share_mean,
  CASE best.reached_90 WHEN best.n THEN best.steps_to_90 END AS steps_to_90_mean,
  fit.power AS rate_power,
  CASE
    WHEN trained.optimizer = 'sgd' THEN
      CASE
        WHEN trained.rule = 'lora' THEN 1.0
        WHEN trained.rule = 'rslora' THEN 0.5
        WHEN trained.rule = 'unit' THEN 0.0
        WHEN trained.rule LIKE 'power:%' THEN CAST(substr(trained.rule, 7) AS REAL)
      END
    WHEN trained.rule = 'lora' THEN 0.0
    WHEN trained.rule = 'rslora' THEN -0.25
  END AS rate_power_theory
FROM tried
JOIN trained ON trained.run_id = tried.group_id
LEFT JOIN best ON best.group_id = tried.group_id AND best.rank = tried.rank
LEFT JOIN usable ON usable.group_id = tried.group_id AND usable.rank = tried.rank
LEFT JOIN fit ON fit.group_id = tried.group_id
ORDER BY tried.group_id, tried.rank;
