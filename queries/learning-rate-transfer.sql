-- What a learning rate that was tuned at one rank loses at the others.
--
-- :sweep sweep = latest    the sweep
-- :from_rank integer = null  the rank that the rate was tuned at; the lowest unless given
-- :profile text = null     only this profile
-- :rule text = null        only this scaling rule
-- :optimizer text = null   only this optimizer
-- shows: profile, rank, rule, optimizer, best_learning_rate, transfer_loss_mean
--
-- kept_learning_rate is the best one at from_rank, as in best-learning-rate, and from_at_edge is 1 where it lies at the
-- grid's edge, so that no optimum was seen there. transfer_loss = 1 − share there / share at this rank's own best rate,
-- for each seed, a training that diverged having share 0; mean, sample standard deviation, least and greatest are over
-- n seeds. kept_diverged counts the seeds that diverged at the kept rate. Where even the kept rate is better for a seed
-- than the rate that is best in the mean, its loss is below 0.
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
    candidate.group_id, candidate.rank, candidate.learning_rate,
    candidate.learning_rate IN (edge.lowest, edge.highest) AS at_edge
  FROM candidate
  JOIN edge ON edge.group_id = candidate.group_id AND edge.rank = candidate.rank
  WHERE candidate.place = 1
),
reference AS (
  SELECT best.*
  FROM best
  WHERE best.rank = ifnull(:from_rank, (SELECT min(rank) FROM trained))
),
compared AS (
  SELECT
    own.group_id, own.rank, own.seed, ifnull(kept.share, 0) AS kept_share, own.share AS best_share,
    kept.status = 'diverged' AS is_diverged, 1 - ifnull(kept.share, 0) / own.share AS loss
  FROM best
  JOIN reference ON reference.group_id = best.group_id
  JOIN trained AS own
    ON own.group_id = best.group_id AND own.rank = best.rank
    AND own.learning_rate = best.learning_rate
  JOIN trained AS kept
    ON kept.group_id = best.group_id AND kept.rank = best.rank
    AND kept.learning_rate = reference.learning_rate AND kept.seed = own.seed
  WHERE own.share > 0
)
SELECT
  trained.profile, trained.d, trained.k, trained.noise, best.rank, trained.alpha, trained.rule,
  trained.optimizer, trained.init, trained.schedule, trained.batch,
  reference.rank AS from_rank, reference.learning_rate AS kept_learning_rate,
  reference.at_edge AS from_at_edge, best.learning_rate AS best_learning_rate, best.at_edge,
  count(compared.loss) AS n, avg(compared.kept_share) AS kept_share_mean,
  avg(compared.best_share) AS best_share_mean,
  avg(compared.loss) AS transfer_loss_mean, stddev(compared.loss) AS transfer_loss_sd,
  min(compared.loss) AS transfer_loss_min, max(compared.loss) AS transfer_loss_max,
  ifnull(sum(compared.is_diverged), 0) AS kept_diverged
FROM best
JOIN reference ON reference.group_id = best.group_id
JOIN trained ON trained.run_id = best.group_id
LEFT JOIN compared ON compared.group_id = best.group_id AND compared.rank = best.rank
GROUP BY best.group_id, best.rank
ORDER BY best.group_id, best.rank;
