-- A sweep whose process is gone is interrupted, at an unknown time.
UPDATE sweep
SET status = 'interrupted'
WHERE sweep_id = :sweep_id AND status = 'running' AND boot_id IS :boot_id
  AND process_id IS :process_id AND process_start IS :process_start;
