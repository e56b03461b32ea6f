-- Every cell of a sweep with the means of its finite values, in the grid's order, and with all that
-- tells cells apart.
SELECT
  sweep_profile.label AS profile, cell.d, cell.k, cell.noise, cell.alpha, cell.rank, cell.rule,
  cell.scale, ifnull(error.n, 0) AS n, error.mean AS error,
  truncation_error.mean AS truncation_error, variance_captured.mean AS variance_captured,
  cell.label_scale, training.optimizer, training.learning_rate, training.lr_ratio, training.momentum,
  training.nesterov, training.beta1, training.beta2, training.eps, training.weight_decay,
  training.schedule, training.warmup, training.steps, training.init, training.init_seed,
  training.inputs, training.samples, training.batch, training.data_seed, training.record,
  training.divergence, training.sharpness,
  cell.parameter_set_id, cell.cell_id
FROM cell
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
LEFT JOIN cell_summary AS error
  ON error.cell_id = cell.cell_id AND error.metric = 'error'
LEFT JOIN cell_summary AS truncation_error
  ON truncation_error.cell_id = cell.cell_id AND truncation_error.metric = 'truncation_error'
LEFT JOIN cell_summary AS variance_captured
  ON variance_captured.cell_id = cell.cell_id AND variance_captured.metric = 'variance_captured'
LEFT JOIN training ON training.training_id = cell.training_id
WHERE cell.sweep_id = :sweep_id
ORDER BY cell.cell_id;
