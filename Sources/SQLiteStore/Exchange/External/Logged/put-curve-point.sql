INSERT INTO curve_point (run_id, metric_id, step, value, diverged)
VALUES (:run_id, :metric_id, :step, :value, :diverged)
ON CONFLICT DO NOTHING;
