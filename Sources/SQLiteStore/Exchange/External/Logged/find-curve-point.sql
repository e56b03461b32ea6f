SELECT value, diverged FROM curve_point
WHERE run_id = :run_id AND metric_id = :metric_id AND step = :step;
