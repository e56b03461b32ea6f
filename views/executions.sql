-- Who computed what: one row a process that recorded a sweep or a shard of one.
CREATE VIEW executions AS
SELECT
  execution.execution_id, execution.sweep_id, sweep.name AS sweep, execution.uuid, execution.shard,
  execution.shards, execution.started_at, execution.finished_at, execution.host,
  execution.processor, execution.lapack, execution.lapack_threads, execution.jobs,
  execution.generator, execution.lorabook_version, execution.git_commit, execution.command
FROM execution
JOIN sweep ON sweep.sweep_id = execution.sweep_id;
