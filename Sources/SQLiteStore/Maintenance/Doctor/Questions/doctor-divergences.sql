-- Measurements that have a number and are also marked as diverged.
SELECT recording.sweep_id, sweep.name AS sweep, run_id, metric, value, number
FROM (
  SELECT
    divergence.run_id, divergence.metric, divergence.value,
    CASE divergence.metric
      WHEN 'error' THEN measured_run.error
      WHEN 'truncation_error' THEN measured_run.truncation_error
      WHEN 'variance_captured' THEN measured_run.variance_captured
    END AS number,
    (
      SELECT max(recording_id) FROM recording WHERE recording_id <= divergence.run_id
    ) AS recording_id
  FROM divergence
  JOIN measured_run ON measured_run.run_id = divergence.run_id
) AS diverged
LEFT JOIN recording ON recording.recording_id = diverged.recording_id
LEFT JOIN sweep ON sweep.sweep_id = recording.sweep_id
WHERE number IS NOT NULL;
