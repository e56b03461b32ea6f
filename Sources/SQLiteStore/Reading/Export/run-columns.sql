-- What runs of a sweep have besides the columns of every run: a name, a training, no profile or seed, end values of
-- metrics that their users named, and parameters.
SELECT 'run' AS kind, NULL AS name
WHERE EXISTS (SELECT 1 FROM logged_run WHERE sweep_id = :sweep_id AND name IS NOT NULL)
UNION ALL
SELECT 'training', NULL
WHERE EXISTS (SELECT 1 FROM cell WHERE sweep_id = :sweep_id AND training_id IS NOT NULL)
UNION ALL
SELECT 'partial', NULL
WHERE EXISTS (SELECT 1 FROM cell WHERE sweep_id = :sweep_id AND prescription_id IS NULL)
  OR (
    EXISTS (SELECT 1 FROM delta WHERE seed IS NULL)
    AND EXISTS (
      SELECT 1 FROM recording
      JOIN delta ON delta.update_id = recording.update_id
      WHERE recording.sweep_id = :sweep_id AND delta.seed IS NULL
    )
  )
UNION ALL
SELECT DISTINCT 'metric', metric.metric
FROM run_metric
JOIN metric ON metric.metric_id = run_metric.metric_id
WHERE :sweep_id = (
  SELECT sweep_id FROM recording
  WHERE recording_id = (
    SELECT max(recording_id) FROM recording WHERE recording_id <= run_metric.run_id
  )
)
UNION ALL
SELECT DISTINCT 'param', parameter.name
FROM cell
JOIN parameter ON parameter.parameter_set_id = cell.parameter_set_id
WHERE cell.sweep_id = :sweep_id;
