SELECT run_id, sweep_id, sweep, step, metric, value, diverged
FROM metrics
WHERE sweep_id = :sweep_id AND /* where */ TRUE
ORDER BY run_id, step IS NULL, step, metric;
