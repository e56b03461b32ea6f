-- Trained runs without settings, summary or curve, other runs that have one, and those that contradict themselves.
SELECT sweep_id, sweep, run_id, fault
FROM (
  SELECT
    recording.sweep_id, sweep.name AS sweep, measured_run.run_id,
    CASE
      WHEN sweep.source = 'train' AND cell.training_id IS NULL THEN 'has no settings of a training'
      WHEN sweep.source = 'train' AND training_run.run_id IS NULL THEN 'has no summary of a training'
      WHEN sweep.source NOT IN ('train', 'import') AND (cell.training_id IS NOT NULL OR training_run.run_id IS NOT NULL)
        THEN 'was trained, and its sweep was not'
      WHEN training_run.run_id IS NULL THEN NULL
      WHEN (training_run.status = 'diverged') <> (measured_run.error IS NULL)
        THEN 'is ' || training_run.status || ', and its final error is ' || ifnull(measured_run.error, 'nan')
      WHEN (training_run.status = 'diverged') <> (training_run.final_loss IS NULL)
        THEN 'is ' || training_run.status || ', and its final loss is ' || ifnull(training_run.final_loss, 'nothing')
      WHEN abs(training_run.regret - (measured_run.error - measured_run.truncation_error)) > 1e-9
        THEN 'has a regret that is not its error less its truncation error'
      WHEN first_step.run_id IS NULL THEN 'has no curve, or none from its start'
      WHEN training_run.status <> 'diverged' AND last_step.run_id IS NULL
        THEN 'has a curve that does not reach its last step'
      WHEN last_step.loss <> training_run.final_loss
        THEN 'has a final loss that is not the last one of its curve'
      WHEN last_step.error <> measured_run.error
        THEN 'has a final error that is not the last one of its curve'
    END AS fault
  FROM recording
  CROSS JOIN measured_run
    ON measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
  LEFT JOIN cell ON cell.cell_id = +measured_run.cell_id
  LEFT JOIN training ON training.training_id = cell.training_id
  LEFT JOIN training_run ON training_run.run_id = measured_run.run_id
  LEFT JOIN training_step AS first_step
    ON first_step.run_id = measured_run.run_id AND first_step.step = 0
  LEFT JOIN training_step AS last_step
    ON last_step.run_id = measured_run.run_id AND last_step.step = training.steps
  LEFT JOIN sweep ON sweep.sweep_id = recording.sweep_id
)
WHERE fault IS NOT NULL;
