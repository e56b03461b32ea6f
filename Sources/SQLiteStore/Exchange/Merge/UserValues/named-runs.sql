-- The runs in a row that have names.
SELECT run_id, name FROM logged_run
WHERE run_id BETWEEN :first AND :last AND name IS NOT NULL
ORDER BY run_id;
