-- The columns that `lorabook export` writes.
SELECT
  run_id, sweep_id, sweep, seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error,
  variance_captured
FROM runs;
