INSERT INTO run_metric (run_id, metric_id, value, diverged)
VALUES (:run_id, :metric_id, :value, :diverged)
ON CONFLICT DO NOTHING;
