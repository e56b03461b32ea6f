-- Finds no row if another process has taken over the sweep, or it was removed.
UPDATE sweep
SET recorded_runs = :recorded_runs, status = 'running'
WHERE sweep_id = :sweep_id AND recorded_runs = :before
  AND :execution_id = (SELECT max(execution_id) FROM execution WHERE execution.sweep_id = :sweep_id)
RETURNING sweep_id;
