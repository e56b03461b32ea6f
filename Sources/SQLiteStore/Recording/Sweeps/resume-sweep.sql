-- The texts name first the process that began and then those that resumed, if they differ; the
-- numbers are the last process's.
UPDATE sweep
SET
  status = 'running', finished_at = NULL, failure = NULL, lorabook_version = :lorabook_version,
  git_commit = :git_commit, lapack = :lapack, lapack_threads = :lapack_threads, jobs = :jobs,
  host = :host, processor = :processor, boot_id = :boot_id, process_id = :process_id,
  process_start = :process_start
WHERE sweep_id = :sweep_id;
