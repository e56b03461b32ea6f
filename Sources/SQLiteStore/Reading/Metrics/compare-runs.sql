-- The values of a metric in a range of runs, with their cells. A diverged value is a text.
SELECT
  cell_id,
  coalesce(
    CASE :metric
      WHEN 'error' THEN error
      WHEN 'truncation_error' THEN truncation_error
      WHEN 'variance_captured' THEN variance_captured
    END,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND divergence.metric = :metric
    )
  )
FROM measured_run
WHERE run_id BETWEEN :recording_id AND :recording_id + :runs - 1;
