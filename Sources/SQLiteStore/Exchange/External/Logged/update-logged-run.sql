UPDATE logged_run
SET execution_id = :execution_id, status = :status, finished_at = :finished_at, note = :note
WHERE run_id = :run_id;
