-- The values of a run's metrics that its user named; an end value has no step.
SELECT metric.metric, NULL AS step, run_metric.value, run_metric.diverged
FROM run_metric
JOIN metric ON metric.metric_id = run_metric.metric_id
WHERE run_metric.run_id = :run_id
UNION ALL
SELECT metric.metric, curve_point.step, curve_point.value, curve_point.diverged
FROM curve_point
JOIN metric ON metric.metric_id = curve_point.metric_id
WHERE curve_point.run_id = :run_id;
