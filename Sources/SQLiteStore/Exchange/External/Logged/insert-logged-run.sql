INSERT INTO logged_run (run_id, sweep_id, name, execution_id, status, started_at, finished_at, note)
VALUES (:run_id, :sweep_id, :name, :execution_id, :status, :started_at, :finished_at, :note);
