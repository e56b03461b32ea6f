-- Computed sweeps that lack items before the last one that they have. Such a sweep is sound: it was
-- merged of parts, or is one shard of it.
SELECT sweep_id, sweep, sum(missing) AS missing, count(*) AS gaps
FROM (
  SELECT
    sweep.sweep_id, sweep.name AS sweep,
    recording.item - 1
      - lag(recording.item, 1, -1) OVER (
        PARTITION BY recording.sweep_id ORDER BY recording.item
      ) AS missing
  FROM sweep
  JOIN recording ON recording.sweep_id = sweep.sweep_id
  WHERE recording.item IS NOT NULL AND sweep.status <> 'finished'
)
WHERE missing > 0
GROUP BY sweep_id;
