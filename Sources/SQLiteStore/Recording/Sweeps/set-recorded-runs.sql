-- Finds no row if another process has taken over the sweep, or it was removed.
UPDATE sweep
SET recorded_runs = :recorded_runs, status = 'running'
WHERE sweep_id = :sweep_id AND recorded_runs = :before AND boot_id IS :boot_id
  AND process_id IS :process_id AND process_start IS :process_start
RETURNING sweep_id;
