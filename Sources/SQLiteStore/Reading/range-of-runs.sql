SELECT run_id, cell_id, error, truncation_error, variance_captured
FROM measured_run
WHERE run_id BETWEEN :first AND :last
ORDER BY run_id;
