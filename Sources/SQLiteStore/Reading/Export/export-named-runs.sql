-- As export-runs.sql, with what only some runs have.
SELECT
  run_id, sweep_id, sweep, seed, d, k, profile, noise, rank, alpha, rule, scale,
  coalesce(error, error_diverged) AS error,
  coalesce(truncation_error, truncation_error_diverged) AS truncation_error,
  coalesce(variance_captured, variance_captured_diverged) AS variance_captured,
  run, optimizer, learning_rate, cell_id
FROM runs
WHERE sweep_id = :sweep_id AND /* where */ TRUE
ORDER BY recording_id, run_id;
