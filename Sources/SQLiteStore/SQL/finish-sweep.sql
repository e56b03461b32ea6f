UPDATE sweep
SET status = :status, finished_at = :finished_at, failure = :failure
WHERE sweep_id = :sweep_id;
