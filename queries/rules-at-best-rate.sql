-- The rules against each other at each rank: all at one learning rate, and each at its own best one.
--
-- :sweep sweep = latest     the sweep
-- :learning_rate real = null  the one rate; unless given, the best of the first rule at the lowest rank
-- :profile text = null      only this profile
-- :optimizer text = null    only this optimizer
-- shows: rank, optimizer, rate_choice, first_final_error_mean, second_final_error_mean, final_error_difference_mean
--
-- One rate answers what happens when only the rule is changed; each side's best rate, as in best-learning-rate, answers
-- whether the rule matters once the rate is tuned. Neither is the whole answer, so both are here: rate_choice is 'same'
-- or 'best'. The first rule is the one that was recorded first, and each other rule is the second in turn.
-- Differences are second − first over the pairs, seeds at which both trainings ended with an error; means are those of
-- the pairs, and diverged trainings are counted beside them. steps_to_90 counts updates to a share of 0.9, over its own
-- pairs. second_wins is the share of pairs in which the second rule has the lower final error, ties half. An interval of a
-- difference at best rates ignores that the rates were chosen; at_edge is 1 where a chosen rate lies at the grid's edge.
WITH
trained AS MATERIALIZED (
  SELECT
    *,
    min(run_id) OVER (
      PARTITION BY
        profile, d, k, noise, alpha, rule, optimizer, lr_ratio, momentum, nesterov, beta1, beta2, eps,
        weight_decay, schedule, warmup, steps, init, init_seed, inputs, samples, batch, data_seed,
        record, divergence
    ) AS group_id,
    min(run_id) OVER (
      PARTITION BY
        profile, d, k, noise, alpha, optimizer, lr_ratio, momentum, nesterov, beta1, beta2, eps,
        weight_decay, schedule, warmup, steps, init, init_seed, inputs, samples, batch, data_seed,
        record, divergence
    ) AS contest_id
  FROM trainings
  WHERE sweep_id = :sweep AND (:profile IS NULL OR profile = :profile)
    AND (:optimizer IS NULL OR optimizer = :optimizer)
),
rate AS MATERIALIZED (
  SELECT
    group_id, contest_id, rank, learning_rate, count(*) AS n, count(final_loss) AS ended,
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
edge AS (
  SELECT group_id, rank, min(learning_rate) AS lowest, max(learning_rate) AS highest
  FROM rate
  GROUP BY group_id, rank
),
best AS MATERIALIZED (
  SELECT
    candidate.group_id, candidate.contest_id, candidate.rank, candidate.learning_rate,
    candidate.learning_rate IN (edge.lowest, edge.highest) AS at_edge
  FROM candidate
  JOIN edge ON edge.group_id = candidate.group_id AND edge.rank = candidate.rank
  WHERE candidate.place = 1
),
-- The one rate of each contest.
common AS MATERIALIZED (
  SELECT contest_id, learning_rate, at_edge
  FROM best
  WHERE :learning_rate IS NULL AND group_id = contest_id
    AND rank = (SELECT min(rank) FROM trained)
  UNION ALL
  SELECT DISTINCT contest_id, :learning_rate, 0
  FROM trained
  WHERE :learning_rate IS NOT NULL
),
-- Two groups at one rank, each with its rate.
pairing AS MATERIALIZED (
  SELECT
    'same' AS rate_choice, one.contest_id, one.group_id AS first_id, two.group_id AS second_id,
    one.rank, common.learning_rate AS first_rate, common.learning_rate AS second_rate,
    common.at_edge AS at_edge
  FROM (SELECT DISTINCT contest_id, group_id, rank FROM rate WHERE group_id = contest_id) AS one
  JOIN (SELECT DISTINCT contest_id, group_id, rank FROM rate) AS two
    ON two.contest_id = one.contest_id AND two.rank = one.rank AND two.group_id <> one.group_id
  JOIN common ON common.contest_id = one.contest_id
  UNION ALL
  SELECT
    'best', one.contest_id, one.group_id, two.group_id, one.rank, one.learning_rate,
    two.learning_rate, max(one.at_edge, two.at_edge)
  FROM best AS one
  JOIN best AS two
    ON two.contest_id = one.contest_id AND two.rank = one.rank AND two.group_id <> one.group_id
  WHERE one.group_id = one.contest_id
),
paired AS (
  SELECT
    pairing.*, first_run.seed,
    first_run.status = 'diverged' AS first_diverged,
    second_run.status = 'diverged' AS second_diverged,
    CASE WHEN second_run.final_error IS NOT NULL THEN first_run.final_error END AS first_error,
    CASE WHEN first_run.final_error IS NOT NULL THEN second_run.final_error END AS second_error,
    second_run.final_error - first_run.final_error AS difference,
    second_run.steps_to_90 - first_run.steps_to_90 AS step_difference,
    CASE WHEN second_run.steps_to_90 IS NOT NULL THEN first_run.steps_to_90 END AS first_steps,
    CASE WHEN first_run.steps_to_90 IS NOT NULL THEN second_run.steps_to_90 END AS second_steps
  FROM pairing
  JOIN trained AS first_run
    ON first_run.group_id = pairing.first_id AND first_run.rank = pairing.rank
    AND first_run.learning_rate = pairing.first_rate
  JOIN trained AS second_run
    ON second_run.group_id = pairing.second_id AND second_run.rank = pairing.rank
    AND second_run.learning_rate = pairing.second_rate AND second_run.seed = first_run.seed
)
SELECT
  one.profile, one.d, one.k, one.noise, paired.rank, one.alpha, one.optimizer, one.init,
  one.schedule, one.batch, paired.rate_choice, one.rule AS first_rule, two.rule AS second_rule,
  paired.first_rate AS first_learning_rate, paired.second_rate AS second_learning_rate,
  paired.at_edge, count(paired.difference) AS pairs,
  avg(paired.first_error) AS first_final_error_mean,
  avg(paired.second_error) AS second_final_error_mean,
  avg(paired.difference) AS final_error_difference_mean,
  stddev(paired.difference) AS final_error_difference_sd,
  avg(CASE
    WHEN paired.difference < 0 THEN 1.0
    WHEN paired.difference = 0 THEN 0.5
    WHEN paired.difference > 0 THEN 0.0
  END) AS second_wins,
  count(paired.step_difference) AS step_pairs,
  avg(paired.first_steps) AS first_steps_to_90_mean,
  avg(paired.second_steps) AS second_steps_to_90_mean,
  avg(paired.step_difference) AS steps_to_90_difference_mean,
  stddev(paired.step_difference) AS steps_to_90_difference_sd,
  sum(paired.first_diverged) AS first_diverged, sum(paired.second_diverged) AS second_diverged
FROM paired
JOIN trained AS one ON one.run_id = paired.first_id
JOIN trained AS two ON two.run_id = paired.second_id
GROUP BY paired.contest_id, paired.second_id, paired.rank, paired.rate_choice
ORDER BY paired.contest_id, paired.second_id, paired.rank, paired.rate_choice DESC;
