-- The curve of a trained run, in the order in which it is inserted.
SELECT
  run_id, step, learning_rate, loss, train_loss, error, energy_recovered, grad_norm_a, grad_norm_b,
  norm_a, norm_b, adapter_norm, step_change, step_cosine, step_gain, alignment_out, alignment_in
FROM training_step
WHERE run_id = :run_id
ORDER BY step;
