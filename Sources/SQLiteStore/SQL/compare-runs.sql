-- The values of a metric that an update has in a sweep, with their cells. What diverged comes as text.
SELECT
  cell_id,
  CASE :metric
    WHEN 'error' THEN coalesce(error, error_diverged)
    WHEN 'truncation_error' THEN coalesce(truncation_error, truncation_error_diverged)
    WHEN 'variance_captured' THEN coalesce(variance_captured, variance_captured_diverged)
  END
FROM run
WHERE recording_id = :recording_id;
