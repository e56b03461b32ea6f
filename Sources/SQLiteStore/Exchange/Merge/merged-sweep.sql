-- A sweep with everything that is merged into another book.
SELECT
  sweep_id, uuid, name, status, sweep.source, source.is_computed, started_at, finished_at, planned_runs, spec,
  note, failure, recorded_runs,
  EXISTS (
    SELECT 1 FROM execution WHERE execution.sweep_id = sweep.sweep_id AND shard IS NOT NULL
  ) AS is_sharded,
  (
    SELECT group_concat(tag, ',')
    FROM (SELECT tag FROM tag WHERE tag.sweep_id = sweep.sweep_id ORDER BY tag)
  ) AS tags
FROM sweep
LEFT JOIN source ON source.source = sweep.source
WHERE sweep_id = :sweep_id;
