-- A sweep whose process is gone is interrupted, at an unknown time.
UPDATE sweep
SET status = 'interrupted'
WHERE sweep_id = :sweep_id AND status = 'running'
  AND :execution_id IS (SELECT max(execution_id) FROM execution WHERE execution.sweep_id = :sweep_id);
