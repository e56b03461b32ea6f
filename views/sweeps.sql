-- Every sweep. By what it was computed is the first execution's.
CREATE VIEW sweeps AS
SELECT
  sweep.sweep_id, sweep.uuid, sweep.name, sweep.status, sweep.source, sweep.started_at,
  sweep.finished_at, sweep.planned_runs, sweep.recorded_runs, sweep.spec,
  (
    SELECT group_concat(tag, ',')
    FROM (SELECT tag FROM tag WHERE tag.sweep_id = sweep.sweep_id ORDER BY tag)
  ) AS tags,
  sweep.note, execution.lorabook_version, execution.lapack, execution.host, execution.command,
  execution.processor, execution.lapack_threads, execution.jobs, execution.generator,
  execution.git_commit, sweep.failure
FROM sweep
LEFT JOIN execution ON execution.execution_id = (
  SELECT min(first.execution_id) FROM execution AS first WHERE first.sweep_id = sweep.sweep_id
);
