-- What was learned at every learning rate: means over the seeds of each setting.
--
-- :sweep sweep = latest    the sweep
-- :profile text = null     only this profile
-- :rule text = null        only this scaling rule
-- :optimizer text = null   only this optimizer
-- :rank integer = null     only this rank
-- shows: rank, rule, optimizer, learning_rate, share_mean, final_error_mean
--
-- share is what was learned of what the rank can learn, (loss₀ − final_loss)/(loss₀ − floor), 0 for a training that
-- diverged; its mean and sample standard deviation are over all n seeds. Losses and errors are means over the trainings
-- that did not diverge.
SELECT
  profile, d, k, noise, rank, alpha, rule, optimizer, init, schedule, batch, learning_rate,
  count(*) AS n, sum(status = 'diverged') AS diverged, sum(status = 'learned') AS learned,
  avg(ifnull(share, 0)) AS share_mean, stddev(ifnull(share, 0.0)) AS share_sd,
  avg(final_loss) AS final_loss_mean, avg(final_error) AS final_error_mean,
  stddev(final_error) AS final_error_sd, avg(best_error) AS best_error_mean,
  avg(steps_to_90) AS steps_to_90_mean, count(steps_to_90) AS reached_90
FROM trainings
WHERE sweep_id = :sweep AND (:profile IS NULL OR profile = :profile)
  AND (:rule IS NULL OR rule = :rule) AND (:optimizer IS NULL OR optimizer = :optimizer)
  AND (:rank IS NULL OR rank = :rank)
GROUP BY
  profile, d, k, noise, rank, alpha, rule, optimizer, lr_ratio, momentum, nesterov, beta1, beta2, eps,
  weight_decay, schedule, warmup, steps, init, init_seed, inputs, samples, batch, data_seed, record,
  divergence, learning_rate
ORDER BY min(run_id);
