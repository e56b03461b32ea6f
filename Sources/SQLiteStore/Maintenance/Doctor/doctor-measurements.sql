-- Runs that contradict themselves, their cell or their update, with the contradiction. A
-- measurement from elsewhere may be rounded, and its error need not be that of the best
-- approximation.
SELECT
  recording.sweep_id, sweep.name AS sweep, ifnull(source.is_computed, 0), measured_run.run_id, delta.seed,
  cell.rank, cell.rule, cell.scale, measured_run.cell_id, measured_run.error,
  measured_run.truncation_error, measured_run.variance_captured,
  cell.sweep_id IS NOT recording.sweep_id AS cell_of_other_sweep,
  cell.sweep_id IS recording.sweep_id AND (
    cell.prescription_id IS NOT origin.prescription_id OR cell.d IS NOT origin.d
    OR cell.k IS NOT origin.k OR cell.noise IS NOT origin.noise
  ) AS cell_of_other_update,
  NOT (
    measured_run.variance_captured
    BETWEEN 0 - CASE WHEN source.is_computed THEN 0 ELSE 1e-6 END
    AND 1 + CASE WHEN source.is_computed THEN 0 ELSE 1e-6 END
  ) AS variance_out_of_range,
  measured_run.error < 0 OR measured_run.truncation_error < 0 AS negative_error,
  abs(
    measured_run.truncation_error * measured_run.truncation_error
    - (1 - measured_run.variance_captured)
  ) > CASE WHEN source.is_computed THEN 1e-9 ELSE 1e-2 END AS truncation_contradicts,
  -- The factors of a training are not those of the best approximation.
  cell.training_id IS NULL AND abs(
    measured_run.error * measured_run.error
    - (
      (1 - cell.scale) * (1 - cell.scale) * ifnull(
        measured_run.variance_captured,
        1 - measured_run.truncation_error * measured_run.truncation_error
      )
      + ifnull(
        measured_run.truncation_error * measured_run.truncation_error,
        1 - measured_run.variance_captured
      )
    )
  ) > CASE WHEN source.is_computed THEN 1e-9 ELSE 1e-2 END
    * max(1.0, measured_run.error * measured_run.error) AS error_contradicts,
  source.is_computed AND (
    measured_run.error IS NULL AND (
      cell.training_id IS NULL OR NOT EXISTS (
        SELECT 1 FROM divergence
        WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
      )
    ) OR measured_run.truncation_error IS NULL
    OR measured_run.variance_captured IS NULL
  ) AS not_recorded
FROM recording
CROSS JOIN measured_run
  ON measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
LEFT JOIN cell ON cell.cell_id = +measured_run.cell_id
LEFT JOIN delta ON delta.update_id = recording.update_id
LEFT JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN sweep ON sweep.sweep_id = recording.sweep_id
LEFT JOIN source ON source.source = sweep.source
WHERE cell_of_other_sweep OR cell_of_other_update OR variance_out_of_range OR negative_error
  OR truncation_contradicts OR error_contradicts OR not_recorded;
