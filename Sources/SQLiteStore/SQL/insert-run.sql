INSERT INTO run (recording_id, cell_id, error, truncation_error, variance_captured)
VALUES (:recording_id, :cell_id, :error, :truncation_error, :variance_captured);
