SELECT value, diverged FROM run_metric WHERE run_id = :run_id AND metric_id = :metric_id;
