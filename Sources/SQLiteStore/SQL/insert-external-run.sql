-- Parameters in the order of their first use, as the writer binds them.
INSERT INTO run (
  recording_id, cell_id, error, error_diverged, truncation_error, truncation_error_diverged,
  variance_captured, variance_captured_diverged
) VALUES (
  :recording_id, :cell_id, :error, :error_diverged, :truncation_error, :truncation_error_diverged,
  :variance_captured, :variance_captured_diverged
);
