INSERT INTO divergence (run_id, metric, value) VALUES (:run_id, :metric, :value);
