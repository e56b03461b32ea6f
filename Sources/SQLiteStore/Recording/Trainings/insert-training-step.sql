-- The columns after the step are those of a curve, in its order.
INSERT INTO training_step (
  run_id, step, learning_rate, loss, train_loss, error, energy_recovered, grad_norm_a, grad_norm_b,
  norm_a, norm_b, adapter_norm, step_change, step_cosine, step_gain, alignment_out, alignment_in
) VALUES (
  :run_id, :step, :learning_rate, :loss, :train_loss, :error, :energy_recovered, :grad_norm_a,
  :grad_norm_b, :norm_a, :norm_b, :adapter_norm, :step_change, :step_cosine, :step_gain,
  :alignment_out, :alignment_in
);
