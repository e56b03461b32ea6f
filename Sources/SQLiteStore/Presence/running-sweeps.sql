-- The sweeps that the book calls running, with the process that took them up last.
SELECT
  sweep.sweep_id, sweep.name, execution.host, execution.boot_id, execution.process_id,
  execution.process_start, execution.execution_id
FROM sweep
LEFT JOIN execution ON execution.execution_id = (
  SELECT max(last.execution_id) FROM execution AS last WHERE last.sweep_id = sweep.sweep_id
)
WHERE sweep.status = 'running';
