-- The data needed to resume a sweep.
SELECT
  name, status, source, spec, planned_runs, recorded_runs, generator, lorabook_version, git_commit,
  lapack, processor, host, boot_id, process_id, process_start, lapack_threads,
  (SELECT count(*) FROM recording WHERE recording.sweep_id = sweep.sweep_id) AS recorded_updates
FROM sweep
WHERE sweep_id = :sweep_id;
