-- The errors of a sweep's runs, in the order of recording. A diverged error is a text.
SELECT
  measured_run.run_id, measured_run.cell_id,
  CASE WHEN error IS NULL THEN (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
  ) ELSE error END,
  recording.update_id, measured_run.truncation_error
FROM recording
CROSS JOIN measured_run
WHERE recording.sweep_id = :sweep_id
  AND measured_run.run_id
    BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
