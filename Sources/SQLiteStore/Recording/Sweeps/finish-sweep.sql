-- Finds no row if another process has taken over the sweep, or it was removed.
UPDATE sweep
SET status = :status, finished_at = :finished_at, failure = :failure
WHERE sweep_id = :sweep_id AND boot_id IS :boot_id AND process_id IS :process_id
  AND process_start IS :process_start
RETURNING sweep_id;
