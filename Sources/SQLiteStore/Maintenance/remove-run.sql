-- Removes one run that was measured elsewhere, and splits its recording there.
INSERT INTO recording (recording_id, sweep_id, execution_id, update_id, sequence, runs)
SELECT
  :run_id + 1, sweep_id, execution_id, update_id, sequence + (:run_id + 1 - recording_id),
  recording_id + runs - 1 - :run_id
FROM recording
WHERE recording_id = (SELECT max(recording_id) FROM recording WHERE recording_id <= :run_id)
  AND recording_id + runs - 1 > :run_id;
UPDATE recording SET runs = :run_id - recording_id
WHERE recording_id = (SELECT max(recording_id) FROM recording WHERE recording_id < :run_id)
  AND recording_id + runs > :run_id;
DELETE FROM recording WHERE recording_id = :run_id;
UPDATE sweep SET recorded_runs = recorded_runs - 1, planned_runs = planned_runs - 1
WHERE sweep_id = :sweep_id;
DELETE FROM divergence WHERE run_id = :run_id;
DELETE FROM run_metric WHERE run_id = :run_id;
DELETE FROM curve_point WHERE run_id = :run_id;
DELETE FROM run_info WHERE run_id = :run_id;
DELETE FROM logged_run WHERE run_id = :run_id;
DELETE FROM measured_run WHERE run_id = :run_id;
DELETE FROM delta
WHERE update_id = :update_id
  AND NOT EXISTS (SELECT 1 FROM recording WHERE recording.update_id = :update_id)
  AND NOT EXISTS (SELECT 1 FROM sweep_module WHERE sweep_module.update_id = :update_id);
-- The summary is recomputed from the remaining runs.
DELETE FROM cell_summary WHERE cell_id = :cell_id;
