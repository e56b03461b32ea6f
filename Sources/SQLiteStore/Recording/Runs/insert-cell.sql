INSERT INTO cell (
  sweep_id, prescription_id, d, k, noise, rank, alpha, rule, label_scale, parameter_set_id, training_id,
  scale
) VALUES (
  :sweep_id, :prescription_id, :d, :k, :noise, :rank, :alpha, :rule, :label_scale, :parameter_set_id,
  :training_id, :scale
);
