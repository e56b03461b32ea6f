SELECT execution_id, name, status, started_at, finished_at, note FROM logged_run WHERE run_id = :run_id;
