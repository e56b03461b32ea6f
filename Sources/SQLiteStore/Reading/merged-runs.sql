-- A sweep's runs in the order they were recorded. A diverged measurement is a text.
SELECT
  recording.update_id, measured_run.cell_id,
  coalesce(
    error,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
    )
  ),
  coalesce(
    truncation_error,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND metric = 'truncation_error'
    )
  ),
  coalesce(
    variance_captured,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND metric = 'variance_captured'
    )
  ),
  recording.execution_id, recording.item,
  recording.sequence + measured_run.run_id - recording.recording_id
FROM recording
CROSS JOIN measured_run
WHERE recording.sweep_id = :sweep_id
  AND measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
ORDER BY recording.recording_id, measured_run.run_id;
