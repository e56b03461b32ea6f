SELECT run_id, sweep_id, sweep, name, value, kind
FROM params
WHERE sweep_id = :sweep_id AND /* where */ TRUE
ORDER BY run_id, kind DESC, name;
