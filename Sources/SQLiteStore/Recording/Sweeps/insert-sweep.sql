INSERT INTO sweep (
  uuid, name, status, source, started_at, planned_runs, spec, note, lorabook_version, git_commit,
  generator, lapack, lapack_threads, jobs, host, processor, command, boot_id, process_id,
  process_start
) VALUES (
  :uuid, :name, :status, :source, :started_at, :planned_runs, :spec, :note, :lorabook_version,
  :git_commit, :generator, :lapack, :lapack_threads, :jobs, :host, :processor, :command, :boot_id,
  :process_id, :process_start
);
