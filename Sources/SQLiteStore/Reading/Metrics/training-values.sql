-- The values of a metric of trainings in a range of runs, with their cells. What a training that diverged would have come
-- to at its end is the text 'nan'.
SELECT
  measured_run.cell_id,
  coalesce(
    CASE :metric
      WHEN 'final_loss' THEN final_loss
      WHEN 'best_error' THEN best_error
      WHEN 'best_step' THEN CAST(best_step AS REAL)
      WHEN 'loss_floor' THEN loss_floor
      WHEN 'share' THEN share
      WHEN 'regret' THEN regret
      WHEN 'steps_to_half' THEN CAST(steps_to_half AS REAL)
      WHEN 'steps_to_90' THEN CAST(steps_to_90 AS REAL)
      WHEN 'steps_to_99' THEN CAST(steps_to_99 AS REAL)
      WHEN 'sharpness_start' THEN sharpness_start
      WHEN 'sharpness_end' THEN sharpness_end
    END,
    CASE WHEN status = 'diverged' AND :metric IN ('final_loss', 'share', 'regret') THEN 'nan' END
  )
FROM measured_run
JOIN training_run ON training_run.run_id = measured_run.run_id
WHERE measured_run.run_id BETWEEN :recording_id AND :recording_id + :runs - 1;
