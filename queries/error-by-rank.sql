-- How the error falls with the rank: its mean and standard deviation over the seeds of each setting.
--
-- :sweep sweep = latest   the sweep
-- :profile text = null    only this profile
-- :rule text = null       only this scaling rule
-- shows: profile, rank, rule, n, error_mean, error_sd
--
-- error = ‖ΔW − s·Δᵣ‖ / ‖ΔW‖, of which truncation_error is what no scaling wins back. n is how many finite
-- errors the mean is over; error_sd is the sample standard deviation √(Σ(x − mean)²/(n − 1)), empty for one.
-- Runs that diverged (nan, inf) or have no error recorded are left out of means, and counted.
WITH
-- Read run by run only where the sums leave some of the sweep's runs out.
without_error (cell_id, diverged, absent) AS MATERIALIZED (
  SELECT run.cell_id, count(run.error_diverged), count(*) - count(run.error_diverged)
  FROM (
    SELECT 1 FROM sweep
    WHERE sweep_id = :sweep AND recorded_runs > (
      SELECT total(cell_summary.n)
      FROM cell
      JOIN cell_summary ON cell_summary.cell_id = cell.cell_id AND cell_summary.metric = 'error'
      WHERE cell.sweep_id = :sweep
    )
  )
  CROSS JOIN recording ON recording.sweep_id = :sweep
  CROSS JOIN run ON run.recording_id = recording.recording_id
  WHERE run.error IS NULL
  GROUP BY run.cell_id
),
-- Squares of very large and very small errors are no doubles: of those the runs are asked.
extreme (cell_id, sd) AS MATERIALIZED (
  SELECT run.cell_id, stddev(run.error)
  FROM (
    SELECT 1
    WHERE EXISTS (
      SELECT 1
      FROM cell
      JOIN cell_summary ON cell_summary.cell_id = cell.cell_id AND cell_summary.metric = 'error'
      WHERE cell.sweep_id = :sweep AND cell_summary.mean <> 0
        AND (cell_summary.squared_deviations > 1e300 OR abs(cell_summary.mean) < 1e-140)
    )
  )
  CROSS JOIN recording ON recording.sweep_id = :sweep
  CROSS JOIN run ON run.recording_id = recording.recording_id
  GROUP BY run.cell_id
)
SELECT
  sweep_profile.label AS profile, cell.d, cell.k, cell.noise, cell.rank, cell.alpha, cell.rule,
  cell.scale, ifnull(summary.n, 0) AS n, summary.mean AS error_mean,
  ifnull(extreme.sd, sqrt(summary.squared_deviations / nullif(summary.n - 1, 0))) AS error_sd,
  truncation.mean AS truncation_error_mean,
  ifnull(without_error.diverged, 0) AS diverged, ifnull(without_error.absent, 0) AS absent,
  cell.cell_id
FROM cell
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
LEFT JOIN cell_summary AS summary ON summary.cell_id = cell.cell_id AND summary.metric = 'error'
LEFT JOIN cell_summary AS truncation
  ON truncation.cell_id = cell.cell_id AND truncation.metric = 'truncation_error'
LEFT JOIN without_error ON without_error.cell_id = cell.cell_id
LEFT JOIN extreme ON extreme.cell_id = cell.cell_id
WHERE cell.sweep_id = :sweep
  AND (:profile IS NULL OR sweep_profile.label = :profile)
  AND (:rule IS NULL OR cell.rule = :rule)
ORDER BY
  min(cell.cell_id) OVER (PARTITION BY cell.prescription_id, cell.d, cell.k, cell.noise),
  cell.rank, cell.alpha, cell.cell_id;
