-- Measurements of a run that come after it; one that is absent stays as it is.
UPDATE measured_run
SET error = ifnull(:error, error), truncation_error = ifnull(:truncation_error, truncation_error),
  variance_captured = ifnull(:variance_captured, variance_captured)
WHERE run_id = :run_id;
