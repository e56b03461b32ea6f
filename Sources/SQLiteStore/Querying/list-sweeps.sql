SELECT
  sweep_id, name, status, recorded_runs, planned_runs, started_at,
  round((julianday(finished_at) - julianday(started_at)) * 86400, 3) AS seconds, tags, note
FROM sweeps
WHERE (
    :tag IS NULL
    OR EXISTS (SELECT 1 FROM tag WHERE tag.sweep_id = sweeps.sweep_id AND tag.tag = :tag)
  )
  AND /* where */ TRUE
ORDER BY sweep_id DESC
LIMIT :limit;
