-- The cells of some sweeps (:sweep_ids, a JSON array of their ids) with all that tells cells apart.
SELECT
  cell.cell_id, sweep.sweep_id, sweep.name AS sweep, sweep.source, source.is_computed, cell.d, cell.k,
  cell.prescription_id, sweep_profile.label AS profile, cell.noise, cell.rank, cell.alpha, cell.rule,
  cell.label_scale, training.optimizer, training.learning_rate, training.lr_ratio, training.momentum,
  training.nesterov, training.beta1, training.beta2, training.eps, training.weight_decay,
  training.schedule, training.warmup, training.steps, training.init, training.init_seed,
  training.inputs, training.samples, training.batch, training.data_seed, training.record,
  training.divergence, training.sharpness,
  cell.parameter_set_id
FROM json_each(:sweep_ids) AS asked
JOIN sweep ON sweep.sweep_id = asked.value
JOIN source ON source.source = sweep.source
JOIN cell ON cell.sweep_id = sweep.sweep_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
LEFT JOIN training ON training.training_id = cell.training_id
ORDER BY asked.key, cell.cell_id;
