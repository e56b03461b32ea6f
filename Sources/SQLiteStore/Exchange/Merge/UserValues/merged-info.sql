SELECT name, value FROM run_info WHERE run_id = :run_id;
