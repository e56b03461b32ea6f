-- Every recorded step of every trained run.
CREATE VIEW curves AS
SELECT
  training_step.run_id, sweep.sweep_id, sweep.name AS sweep, training_step.step,
  training_step.learning_rate, training_step.loss, training_step.train_loss, training_step.error,
  training_step.energy_recovered, training_step.grad_norm_a, training_step.grad_norm_b,
  training_step.norm_a, training_step.norm_b, training_step.adapter_norm,
  training_step.step_change, training_step.step_cosine, training_step.step_gain,
  training_step.alignment_out, training_step.alignment_in
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN training_step
WHERE training_step.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
