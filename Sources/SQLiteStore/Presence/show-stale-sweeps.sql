-- For a connection that changes nothing: a temporary view that replaces the book's and shows some
-- sweeps as interrupted (:sweep_ids, a JSON array of their ids).
PRAGMA query_only = OFF;
CREATE TEMP TABLE stale_sweep (sweep_id INTEGER PRIMARY KEY) STRICT;
INSERT INTO temp.stale_sweep SELECT value FROM json_each(:sweep_ids);
CREATE TEMP VIEW sweeps AS
SELECT
  sweep_id, uuid, name,
  CASE
    WHEN status = 'running' AND sweep_id IN (SELECT sweep_id FROM temp.stale_sweep)
    THEN 'interrupted' ELSE status
  END AS status,
  source, started_at, finished_at, planned_runs, recorded_runs, spec, tags, note,
  lorabook_version, lapack, host, command, processor, lapack_threads, jobs, generator, git_commit,
  failure
FROM main.sweeps;
PRAGMA query_only = ON;
