SELECT metric.metric, coalesce(run_metric.value, run_metric.diverged)
FROM run_metric
JOIN metric ON metric.metric_id = run_metric.metric_id
WHERE run_metric.run_id = :run_id;
