-- A run with the recording that it is of.
--
-- CROSS JOIN and the plus sign keep the order (sqlite.org/optoverview.html, 5 and 8): from a recording to its
-- range of runs and from a run to its cell, never from a run to all recordings or from a cell to all runs.
CREATE VIEW run AS
SELECT
  measured_run.run_id, recording.recording_id, +measured_run.cell_id AS cell_id, measured_run.error,
  measured_run.truncation_error, measured_run.variance_captured,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
  ) AS error_diverged,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'truncation_error'
  ) AS truncation_error_diverged,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'variance_captured'
  ) AS variance_captured_diverged,
  recording.update_id
FROM recording
CROSS JOIN measured_run
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
