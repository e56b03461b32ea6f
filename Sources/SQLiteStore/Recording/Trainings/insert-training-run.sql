INSERT INTO training_run (
  run_id, status, diverged_at, final_loss, best_error, best_step, loss_floor, share, regret,
  steps_to_half, steps_to_90, steps_to_99, sharpness_start, sharpness_end
) VALUES (
  :run_id, :status, :diverged_at, :final_loss, :best_error, :best_step, :loss_floor, :share, :regret,
  :steps_to_half, :steps_to_90, :steps_to_99, :sharpness_start, :sharpness_end
);
