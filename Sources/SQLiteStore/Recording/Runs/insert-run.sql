INSERT INTO measured_run (run_id, cell_id, error, truncation_error, variance_captured)
VALUES (:run_id, :cell_id, :error, :truncation_error, :variance_captured);
