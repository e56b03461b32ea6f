-- What users said of runs: parameters, which tell cells apart, and info, which does not.
CREATE VIEW params AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, parameter.name, parameter.value,
  'param' AS kind
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN measured_run
JOIN cell ON cell.cell_id = +measured_run.cell_id
JOIN parameter ON parameter.parameter_set_id = cell.parameter_set_id
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
UNION ALL
SELECT
  run_info.run_id, sweep.sweep_id, sweep.name AS sweep, run_info.name, run_info.value,
  'info' AS kind
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN run_info
WHERE run_info.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
