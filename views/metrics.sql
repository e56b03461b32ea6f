-- The metrics that users named, by run and step; an end value has no step.
CREATE VIEW metrics AS
SELECT
  run_metric.run_id, sweep.sweep_id, sweep.name AS sweep, NULL AS step, metric.metric,
  run_metric.value, run_metric.diverged
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN run_metric
JOIN metric ON metric.metric_id = run_metric.metric_id
WHERE run_metric.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
UNION ALL
SELECT
  curve_point.run_id, sweep.sweep_id, sweep.name AS sweep, curve_point.step, metric.metric,
  curve_point.value, curve_point.diverged
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN curve_point
JOIN metric ON metric.metric_id = curve_point.metric_id
WHERE curve_point.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;
