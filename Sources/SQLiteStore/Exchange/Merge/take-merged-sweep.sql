-- Updates everything of a sweep except its identity, name, tags and note.
UPDATE sweep
SET
  status = :status, finished_at = :finished_at, planned_runs = :planned_runs,
  recorded_runs = :recorded_runs, failure = :failure
WHERE sweep_id = :sweep_id;
