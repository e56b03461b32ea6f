UPDATE execution SET finished_at = :finished_at WHERE execution_id = :execution_id;
