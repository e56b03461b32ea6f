SELECT status, count(*)
FROM logged_runs
WHERE sweep_id = :sweep_id AND status <> 'finished'
GROUP BY status
ORDER BY status = 'running', status DESC;
