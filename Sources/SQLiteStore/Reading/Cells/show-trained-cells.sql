-- Every cell of a trained sweep with the means of its finite values, in the grid's order.
SELECT
  sweep_profile.label AS profile, cell.d, cell.k, cell.noise, cell.alpha, cell.rank, cell.rule,
  training.optimizer, training.learning_rate, training.init, training.schedule, training.batch,
  cell.scale, ifnull(error.n, 0) AS n, error.mean AS error,
  truncation_error.mean AS truncation_error, variance_captured.mean AS variance_captured
FROM cell
JOIN training ON training.training_id = cell.training_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
LEFT JOIN cell_summary AS error
  ON error.cell_id = cell.cell_id AND error.metric = 'error'
LEFT JOIN cell_summary AS truncation_error
  ON truncation_error.cell_id = cell.cell_id AND truncation_error.metric = 'truncation_error'
LEFT JOIN cell_summary AS variance_captured
  ON variance_captured.cell_id = cell.cell_id AND variance_captured.metric = 'variance_captured'
WHERE cell.sweep_id = :sweep_id
ORDER BY cell.cell_id;
