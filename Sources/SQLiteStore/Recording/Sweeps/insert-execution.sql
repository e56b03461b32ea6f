INSERT INTO execution (
  uuid, sweep_id, shard, shards, started_at, finished_at, lorabook_version, git_commit, generator, lapack,
  lapack_threads, jobs, host, processor, command, boot_id, process_id, process_start
) VALUES (
  :uuid, :sweep_id, :shard, :shards, :started_at, :finished_at, :lorabook_version, :git_commit, :generator,
  :lapack, :lapack_threads, :jobs, :host, :processor, :command, :boot_id, :process_id, :process_start
);
