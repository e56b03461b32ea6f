-- Updates everything of a sweep except its identity, name, tags and note.
UPDATE sweep
SET
  status = :status, finished_at = :finished_at, planned_runs = :planned_runs,
  recorded_runs = :recorded_runs, lorabook_version = :lorabook_version, git_commit = :git_commit,
  generator = :generator, lapack = :lapack, lapack_threads = :lapack_threads, jobs = :jobs,
  host = :host, processor = :processor, command = :command, boot_id = :boot_id,
  process_id = :process_id, process_start = :process_start, failure = :failure
WHERE sweep_id = :sweep_id;
