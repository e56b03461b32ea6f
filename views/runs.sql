-- Every run of every sweep. The profile of a measured module is its name.
--
-- CROSS JOIN and the plus sign keep the order, as in `run`.
CREATE VIEW runs AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, delta.seed, cell.d, cell.k,
  ifnull(sweep_profile.label, sweep_module.name) AS profile, cell.noise, cell.rank, cell.alpha,
  cell.rule, cell.scale,
  measured_run.error, measured_run.truncation_error, measured_run.variance_captured,
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
  recording.update_id, cell.cell_id, recording.recording_id, sweep.source,
  (SELECT name FROM logged_run WHERE logged_run.run_id = measured_run.run_id) AS run,
  (SELECT optimizer FROM training WHERE training.training_id = cell.training_id) AS optimizer,
  (
    SELECT learning_rate FROM training WHERE training.training_id = cell.training_id
  ) AS learning_rate,
  cell.label_scale
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = recording.update_id
JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = sweep.sweep_id
  AND sweep_profile.prescription_id = origin.prescription_id
LEFT JOIN sweep_module
  ON sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
CROSS JOIN measured_run
JOIN cell ON cell.cell_id = +measured_run.cell_id
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
