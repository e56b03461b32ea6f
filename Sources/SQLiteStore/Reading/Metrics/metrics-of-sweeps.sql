-- The metrics of which runs of some sweeps (:sweep_ids, a JSON array of their ids) have values in rows beside them: those
-- that users named, and those of lorabook's own (:built_in, a JSON array) that are no columns.
SELECT metric.metric, metric.unit, metric.is_better_larger
FROM metric
WHERE (NOT metric.is_built_in OR metric.metric IN (SELECT value FROM json_each(:built_in)))
  AND EXISTS (
    SELECT 1
    FROM json_each(:sweep_ids) AS asked
    CROSS JOIN sweep
    CROSS JOIN source
    CROSS JOIN recording
    CROSS JOIN measured_run
    WHERE sweep.sweep_id = asked.value AND source.source = sweep.source
      AND (metric.is_built_in OR NOT source.is_computed) AND recording.sweep_id = sweep.sweep_id
      AND measured_run.run_id
        BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
      AND (
        EXISTS (
          SELECT 1 FROM run_metric
          WHERE run_metric.run_id = measured_run.run_id AND run_metric.metric_id = metric.metric_id
        )
        OR EXISTS (
          SELECT 1 FROM curve_point
          WHERE curve_point.run_id = measured_run.run_id
            AND curve_point.metric_id = metric.metric_id
        )
      )
  )
ORDER BY metric.metric;
