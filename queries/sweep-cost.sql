-- What each sweep cost: its runs, its seconds, and runs a second.
--
-- :tag text = null   only sweeps with this tag
--
-- seconds are from its start to its end by the clock, whatever else the machine did; empty for a sweep that
-- has not ended. Updates that the book held already were not computed again, so a sweep that shares many
-- looks faster than a first one; compare the rates of sweeps of one grid and number of jobs. jobs and processor
-- are those of its first execution.
WITH timed AS (
  SELECT
    sweep.*, execution.jobs, execution.processor,
    (julianday(sweep.finished_at) - julianday(sweep.started_at)) * 86400 AS seconds
  FROM sweep
  LEFT JOIN execution ON execution.execution_id = (
    SELECT min(first.execution_id) FROM execution AS first WHERE first.sweep_id = sweep.sweep_id
  )
  WHERE :tag IS NULL
    OR EXISTS (SELECT 1 FROM tag WHERE tag.sweep_id = sweep.sweep_id AND tag.tag = :tag)
)
SELECT
  sweep_id, name, status, source, recorded_runs, planned_runs, round(seconds, 3) AS seconds,
  round(recorded_runs / nullif(round(seconds, 3), 0), 1) AS runs_per_second, jobs, processor
FROM timed
ORDER BY sweep_id DESC;
