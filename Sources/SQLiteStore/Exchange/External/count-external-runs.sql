-- A sweep measured elsewhere plans exactly its recorded runs.
UPDATE sweep
SET recorded_runs = recorded_runs + :runs, planned_runs = recorded_runs + :runs,
  finished_at = :finished_at
WHERE sweep_id = :sweep_id;
