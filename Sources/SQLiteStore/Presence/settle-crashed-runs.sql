-- At an unknown time.
UPDATE logged_run SET status = 'crashed' WHERE execution_id = :execution_id AND status = 'running';
