-- The settings of a run, the text of its parameters and its measurements; a diverged one is a text.
SELECT
  delta.seed, cell.d, cell.k, sweep_profile.label AS profile, cell.noise, cell.rank, cell.alpha,
  cell.rule, cell.scale, cell.parameter_set_id, cell.cell_id, cell.sweep_id,
  coalesce(
    measured_run.error,
    (SELECT value FROM divergence WHERE divergence.run_id = :run_id AND metric = 'error')
  ) AS error,
  coalesce(
    measured_run.truncation_error,
    (SELECT value FROM divergence WHERE divergence.run_id = :run_id AND metric = 'truncation_error')
  ) AS truncation_error,
  coalesce(
    measured_run.variance_captured,
    (SELECT value FROM divergence WHERE divergence.run_id = :run_id AND metric = 'variance_captured')
  ) AS variance_captured
FROM measured_run
JOIN cell ON cell.cell_id = measured_run.cell_id
JOIN recording ON recording.recording_id = (
  SELECT max(last.recording_id) FROM recording AS last WHERE last.recording_id <= :run_id
)
JOIN delta ON delta.update_id = recording.update_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id AND sweep_profile.prescription_id = cell.prescription_id
WHERE measured_run.run_id = :run_id;
