SELECT metric, value FROM divergence WHERE run_id = :run_id;
