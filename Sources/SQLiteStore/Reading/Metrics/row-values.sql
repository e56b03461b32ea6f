-- The values of a metric that is no column of a run, in a range of runs, with their cells. A diverged value is a text.
-- :at is 'last', 'least', 'greatest' or 'step', with :step.
SELECT
  measured_run.cell_id,
  CASE :at
    WHEN 'last' THEN coalesce(
      (
        SELECT coalesce(value, diverged) FROM run_metric
        WHERE run_metric.run_id = measured_run.run_id AND run_metric.metric_id = :metric_id
      ),
      (
        SELECT coalesce(value, diverged) FROM curve_point
        WHERE curve_point.run_id = measured_run.run_id AND curve_point.metric_id = :metric_id
        ORDER BY step DESC
        LIMIT 1
      )
    )
    WHEN 'step' THEN (
      SELECT coalesce(value, diverged) FROM curve_point
      WHERE curve_point.run_id = measured_run.run_id AND curve_point.metric_id = :metric_id
        AND curve_point.step = :step
    )
    ELSE coalesce(
      (
        SELECT CASE :at WHEN 'least' THEN min(value) ELSE max(value) END FROM curve_point
        WHERE curve_point.run_id = measured_run.run_id AND curve_point.metric_id = :metric_id
      ),
      (
        SELECT min(diverged) FROM curve_point
        WHERE curve_point.run_id = measured_run.run_id AND curve_point.metric_id = :metric_id
      ),
      (
        SELECT coalesce(value, diverged) FROM run_metric
        WHERE run_metric.run_id = measured_run.run_id AND run_metric.metric_id = :metric_id
      )
    )
  END
FROM measured_run
WHERE measured_run.run_id BETWEEN :recording_id AND :recording_id + :runs - 1;
