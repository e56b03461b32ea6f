-- The runs that an execution logs and has not ended.
SELECT logged_run.run_id, logged_run.name
FROM logged_run
WHERE execution_id = :execution_id AND status = 'running';
