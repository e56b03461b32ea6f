-- The runs of a sweep that have several related measurements.
SELECT
  run_id, seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error,
  variance_captured
FROM runs
WHERE sweep_id = :sweep_id AND (truncation_error IS NOT NULL OR variance_captured IS NOT NULL)
ORDER BY recording_id, run_id;
