-- A metric of a run that its user named: the end value, else that of the last step; NULL where it diverged.
SELECT value
FROM (
  SELECT value, 1 AS place, 0 AS step
  FROM run_metric
  JOIN metric ON metric.metric_id = run_metric.metric_id
  WHERE run_metric.run_id = :run_id AND metric.metric = :name
  UNION ALL
  SELECT value, 2, step
  FROM curve_point
  WHERE run_id = :run_id AND metric_id = (SELECT metric_id FROM metric WHERE metric.metric = :name)
)
ORDER BY place, step DESC
LIMIT 1;
