-- The data needed to resume a sweep.
SELECT
  sweep.name, sweep.status, sweep.source, source.is_computed, sweep.spec, sweep.planned_runs,
  sweep.recorded_runs, execution.generator, execution.lorabook_version, execution.git_commit,
  execution.lapack, execution.processor, execution.host, execution.boot_id, execution.process_id,
  execution.process_start, execution.lapack_threads
FROM sweep
LEFT JOIN source ON source.source = sweep.source
LEFT JOIN execution ON execution.execution_id = (
  SELECT max(last.execution_id) FROM execution AS last WHERE last.sweep_id = sweep.sweep_id
)
WHERE sweep.sweep_id = :sweep_id;
