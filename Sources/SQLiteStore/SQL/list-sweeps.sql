SELECT
  sweep_id, name, status, recorded_runs, planned_runs, started_at,
  round((julianday(finished_at) - julianday(started_at)) * 86400, 3) AS seconds, tags, note
FROM sweeps
ORDER BY sweep_id DESC;
