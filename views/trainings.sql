-- Every trained run: its settings and what it came to.
CREATE VIEW trainings AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, delta.seed, cell.d, cell.k,
  sweep_profile.label AS profile, cell.noise, cell.rank, cell.alpha, cell.rule, cell.scale,
  training.optimizer, training.learning_rate, training.lr_ratio, training.momentum,
  training.nesterov, training.beta1, training.beta2, training.eps, training.weight_decay,
  training.schedule, training.warmup, training.steps, training.init, training.init_seed,
  training.inputs, training.samples, training.batch, training.data_seed, training.record,
  training.divergence, training_run.status, training_run.diverged_at, training_run.final_loss,
  measured_run.error AS final_error, training_run.best_error, training_run.best_step,
  measured_run.truncation_error, measured_run.variance_captured, training_run.loss_floor,
  training_run.share, training_run.regret, training_run.steps_to_half, training_run.steps_to_90,
  training_run.steps_to_99, training_run.sharpness_start, training_run.sharpness_end
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = recording.update_id
CROSS JOIN measured_run
JOIN training_run ON training_run.run_id = measured_run.run_id
JOIN cell ON cell.cell_id = +measured_run.cell_id
JOIN training ON training.training_id = cell.training_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
