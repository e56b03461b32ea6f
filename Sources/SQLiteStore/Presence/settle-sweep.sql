-- What a process that is gone has left behind is interrupted. When it went nobody knows.
UPDATE sweep
SET status = 'interrupted'
WHERE sweep_id = :sweep_id AND status = 'running' AND boot_id IS :boot_id
  AND process_id IS :process_id AND process_start IS :process_start;
