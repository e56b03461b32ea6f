-- Outliers among the seeds of a setting: runs whose error lies far from the median of its repeats.
--
-- :sweep sweep = latest     the sweep
-- :deviations real = 3.5    how many robust standard deviations are far
-- :least_n integer = 5      only settings with at least so many errors
-- :tolerance real = 1e-9    how far an error must at least lie from the median, as a share of it
-- shows: run_id, seed, rank, rule, error, error_median, deviations
--
-- deviations = (error − median) / (1.4826·MAD), with MAD the median of |error − median|: the modified z-score
-- and its limit of 3.5 are Iglewicz & Hoaglin's (1993, "How to detect and handle outliers"). Median and MAD are
-- not moved by the outliers that they are to find, as mean and standard deviation are; 1.4826 makes MAD the
-- standard deviation of normal errors, of which 1 in 2,100 lies beyond 3.5. Where more than half of the errors
-- are equal, MAD is 0 and 1.2533 = √(π/2) times the mean of |error − median| stands in for it; tolerance keeps
-- rounding out. Runs that diverged are listed first, with no deviations: they are in no median.
WITH far AS MATERIALIZED (
  SELECT * FROM outlying_runs(:sweep, :deviations, :least_n, :tolerance)
)
SELECT
  far.run_id, sweep_profile.label AS profile, weight_update.seed, cell.d, cell.k, cell.noise,
  cell.rank, cell.alpha, cell.rule, cell.scale, far.n,
  coalesce(far.error, far.error_diverged) AS error, far.truncation_error,
  far.median AS error_median, far.mad AS error_mad, far.deviations, far.cell_id
FROM far
JOIN cell ON cell.cell_id = far.cell_id
JOIN weight_update ON weight_update.update_id = far.update_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
ORDER BY far.error_diverged IS NULL, abs(far.deviations) DESC, far.run_id;
