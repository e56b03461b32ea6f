-- The summary of a trained run, in the order in which it is inserted.
SELECT
  run_id, status, diverged_at, final_loss, best_error, best_step, loss_floor, share, regret,
  steps_to_half, steps_to_90, steps_to_99, sharpness_start, sharpness_end
FROM training_run
WHERE run_id = :run_id;
