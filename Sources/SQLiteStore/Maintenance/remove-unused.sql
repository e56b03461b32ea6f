-- Removes a sweep's cells without runs, and everything that they alone used. Foreign keys are not
-- enforced meanwhile, because a cascade would search for a cell's runs without an index.
CREATE TEMP TABLE used_cell AS
SELECT DISTINCT measured_run.cell_id
FROM recording
CROSS JOIN measured_run
  ON measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
WHERE recording.sweep_id = :sweep_id;
DELETE FROM cell WHERE sweep_id = :sweep_id AND cell_id NOT IN (SELECT cell_id FROM used_cell);
DROP TABLE used_cell;
DELETE FROM origin WHERE origin_id NOT IN (SELECT origin_id FROM delta);
DELETE FROM parameter_set
WHERE parameter_set_id NOT IN (SELECT parameter_set_id FROM cell WHERE parameter_set_id IS NOT NULL);
DELETE FROM parameter WHERE parameter_set_id NOT IN (SELECT parameter_set_id FROM parameter_set);
DELETE FROM metric
WHERE is_built_in = 0
  AND metric_id NOT IN (SELECT metric_id FROM run_metric)
  AND metric_id NOT IN (SELECT metric_id FROM curve_point)
  AND metric NOT IN (SELECT metric FROM cell_summary);
DELETE FROM sweep_profile
WHERE sweep_id = :sweep_id
  AND prescription_id NOT IN (
    SELECT prescription_id FROM cell WHERE sweep_id = :sweep_id AND prescription_id IS NOT NULL
  );
DELETE FROM prescription
WHERE prescription_id NOT IN (SELECT prescription_id FROM sweep_profile)
  AND prescription_id NOT IN (
    SELECT prescription_id FROM origin WHERE prescription_id IS NOT NULL
  );
