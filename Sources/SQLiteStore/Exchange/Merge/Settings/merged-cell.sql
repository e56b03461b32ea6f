SELECT
  sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale, label_scale, parameter_set_id,
  training_id
FROM cell
WHERE cell_id = :cell_id;
