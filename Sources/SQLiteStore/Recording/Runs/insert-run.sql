-- Parameters in the order of their first use, as the writer binds them.
INSERT INTO measured_run (run_id, cell_id, error, truncation_error, variance_captured)
VALUES (:run_id, :cell_id, :error, :truncation_error, :variance_captured);
