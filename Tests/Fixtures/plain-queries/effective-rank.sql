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
-- With x = σ / σ₁, S = Σx² and T = Σx: −Σ p ln p = ln S − (Σ x² ln x²) / S, and likewise for T. ln of 0
-- is NULL, which a sum passes over, as 0·ln 0 = 0 asks.
relative AS (
  SELECT
    recorded.update_id, spectrum.singular_value / largest.s1 AS x
  FROM (SELECT DISTINCT update_id FROM recording WHERE sweep_id = :sweep) AS recorded
  LEFT JOIN spectrum_block AS largest ON largest.block_id = recorded.update_id << 10
  LEFT JOIN spectrum ON spectrum.update_id = recorded.update_id
),
summed AS MATERIALIZED (
  SELECT
    update_id, sum(x * x) AS s, sum(x * x * 2 * ln(x)) AS s_entropy,
    sum(x) AS t, sum(x * ln(x)) AS t_entropy
  FROM relative
  GROUP BY update_id
),
ranked AS (
  SELECT
    weight_update.*, s AS stable, exp(ln(s) - s_entropy / s) AS effective,
    exp(ln(t) - t_entropy / t) AS effective_of_values
  FROM summed
  JOIN weight_update ON weight_update.update_id = summed.update_id
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
