-- Finds no row where the sweep is another process's by now, or gone.
UPDATE sweep
SET status = :status, finished_at = :finished_at, failure = :failure
WHERE sweep_id = :sweep_id AND boot_id IS :boot_id AND process_id IS :process_id
  AND process_start IS :process_start
RETURNING sweep_id;
