-- How many directions an update really has: effective and stable rank of its spectrum, over the seeds.
--
-- :sweep sweep = latest   the sweep
-- shows: profile, updates, stable_rank_mean, effective_rank_mean
--
-- stable_rank = Σσ² / σ₁² = ‖ΔW‖_F² / ‖ΔW‖₂² (Rudelson & Vershynin 2007).
-- effective_rank = exp(−Σ p ln p), the exponential of an entropy, with p = σ² / Σσ², the shares of the
-- variance that a run's variance_captured sums. effective_rank_of_values is the same with p = σ / Σσ, as Roy
-- & Vetterli (2007, "The effective rank") define it; it weighs small singular values more.
-- Each is computed for every spectrum, then averaged; sd is the sample standard deviation over them. What was
-- logged or imported has no spectrum: updates counts all, spectra those that have one.
WITH
ranked AS (
  SELECT
    weight_update.*, stable_rank AS stable, effective_rank AS effective,
    effective_rank_of_values AS effective_of_values
  FROM spectrum_ranks(:sweep, NULL) AS ranks
  CROSS JOIN weight_update ON weight_update.update_id = ranks.update_id
),
group_of AS MATERIALIZED (
  SELECT min(cell_id) AS group_id, prescription_id, d, k, noise
  FROM cell
  WHERE sweep_id = :sweep
  GROUP BY prescription_id, d, k, noise
)
SELECT
  sweep_profile.label AS profile, group_of.d, group_of.k, group_of.noise,
  count(*) AS updates, count(stable) AS spectra,
  avg(stable) AS stable_rank_mean, stddev(stable) AS stable_rank_sd,
  avg(effective) AS effective_rank_mean, stddev(effective) AS effective_rank_sd,
  avg(effective_of_values) AS effective_rank_of_values_mean,
  stddev(effective_of_values) AS effective_rank_of_values_sd
FROM ranked
JOIN group_of
  ON group_of.prescription_id IS ranked.prescription_id
  AND group_of.d IS ranked.d AND group_of.k IS ranked.k AND group_of.noise IS ranked.noise
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = :sweep
  AND sweep_profile.prescription_id = group_of.prescription_id
GROUP BY group_of.group_id
ORDER BY group_of.group_id;
