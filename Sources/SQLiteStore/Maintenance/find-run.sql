-- A run with its sweep and cell, found by its id.
SELECT recording.sweep_id, sweep.name, sweep.source, measured_run.cell_id, recording.update_id
FROM measured_run
JOIN recording ON recording.recording_id = (
  SELECT max(before.recording_id) FROM recording AS before WHERE before.recording_id <= :run_id
) AND recording.recording_id + recording.runs > :run_id
JOIN sweep ON sweep.sweep_id = recording.sweep_id
WHERE measured_run.run_id = :run_id;
