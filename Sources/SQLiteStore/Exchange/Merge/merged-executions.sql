-- Who recorded a sweep, in the order in which they did.
SELECT
  execution_id, uuid, shard, shards, started_at, finished_at, lorabook_version, git_commit, generator, lapack,
  lapack_threads, jobs, host, processor, command, boot_id, process_id, process_start
FROM execution
WHERE sweep_id = :sweep_id
ORDER BY execution_id;
