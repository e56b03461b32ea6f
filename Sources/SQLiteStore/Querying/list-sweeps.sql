SELECT
  sweep_id, name,
  -- Of a sweep that is cut into shards: how many of them are whole.
  ifnull(
    (
      SELECT count(DISTINCT shard) FILTER (WHERE finished_at IS NOT NULL) || '/' || max(shards)
      FROM execution
      WHERE execution.sweep_id = sweeps.sweep_id AND status = 'interrupted'
      HAVING count(DISTINCT shards) = 1
    ), status
  ) AS status, recorded_runs, planned_runs, started_at,
  -- The time of its processes: what was added days later did not take days.
  CASE WHEN finished_at IS NOT NULL THEN
    (
      SELECT
        round(
          sum(
            (julianday(ifnull(execution.finished_at, sweeps.finished_at))
              - julianday(execution.started_at)) * 86400
          ), 3
        )
      FROM execution
      WHERE execution.sweep_id = sweeps.sweep_id
    )
  END AS seconds, tags, note
FROM sweeps
WHERE (
    SELECT count(*) FROM tag
    WHERE tag.sweep_id = sweeps.sweep_id AND instr(:tags, ',' || tag.tag || ',') > 0
  ) = :tag_count
  AND /* where */ TRUE
ORDER BY sweep_id DESC
LIMIT :limit;
