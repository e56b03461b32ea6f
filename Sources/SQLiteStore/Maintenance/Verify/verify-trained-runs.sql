-- The runs of a recording with all that is recorded of their trainings, but for curves.
SELECT
  measured_run.run_id, measured_run.error AS final_error, measured_run.truncation_error,
  measured_run.variance_captured,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
  ) AS error_diverged,
  cell.sweep_id, cell.parameter_set_id, cell.label_scale, sweep_profile.label AS profile, cell.d,
  cell.k, cell.noise, cell.rank, cell.alpha, cell.rule, cell.scale, training.optimizer,
  training.learning_rate, training.lr_ratio, training.momentum, training.nesterov,
  training.beta1, training.beta2, training.eps, training.weight_decay,
  training.schedule, training.warmup, training.steps, training.init, training.init_seed,
  training.inputs, training.samples, training.batch, training.data_seed, training.record,
  training.divergence, training.sharpness, training_run.status, training_run.diverged_at,
  training_run.final_loss, training_run.best_error, training_run.best_step, training_run.loss_floor,
  training_run.share, training_run.regret, training_run.steps_to_half, training_run.steps_to_90,
  training_run.steps_to_99, training_run.sharpness_start, training_run.sharpness_end
FROM measured_run
LEFT JOIN cell ON cell.cell_id = measured_run.cell_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
LEFT JOIN training ON training.training_id = cell.training_id
LEFT JOIN training_run ON training_run.run_id = measured_run.run_id
WHERE measured_run.run_id BETWEEN :first AND :last
ORDER BY measured_run.run_id;
