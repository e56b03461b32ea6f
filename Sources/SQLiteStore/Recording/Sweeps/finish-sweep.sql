-- Finds no row if another process has taken over the sweep, or it was removed.
UPDATE sweep
SET status = :status, finished_at = :finished_at, failure = :failure
WHERE sweep_id = :sweep_id
  AND :execution_id = (SELECT max(execution_id) FROM execution WHERE execution.sweep_id = :sweep_id)
RETURNING sweep_id;
