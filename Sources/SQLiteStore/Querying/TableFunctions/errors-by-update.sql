-- The errors of a sweep's runs, update by update. The limit keeps the order: without it SQLite may join in any.
SELECT recorded.update_id, measured_run.cell_id, measured_run.error
FROM (
  SELECT update_id, recording_id, runs
  FROM recording
  WHERE sweep_id = :sweep_id
  ORDER BY update_id, recording_id
  LIMIT -1
) AS recorded
CROSS JOIN measured_run
WHERE measured_run.run_id
  BETWEEN recorded.recording_id AND recorded.recording_id + recorded.runs - 1;
