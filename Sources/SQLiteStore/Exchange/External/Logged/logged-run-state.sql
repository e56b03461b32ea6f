SELECT status, note FROM logged_run WHERE run_id = :run_id;
