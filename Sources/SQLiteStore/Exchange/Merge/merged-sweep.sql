-- A sweep with everything that is merged into another book.
SELECT
  sweep_id, uuid, name, status, source, started_at, finished_at, planned_runs, spec, note,
  lorabook_version, git_commit, generator, lapack, lapack_threads, jobs, host, processor, command,
  boot_id, process_id, process_start, failure,
  (
    SELECT group_concat(tag, ',')
    FROM (SELECT tag FROM tag WHERE tag.sweep_id = sweep.sweep_id ORDER BY tag)
  ) AS tags
FROM sweep
WHERE sweep_id = :sweep_id;
