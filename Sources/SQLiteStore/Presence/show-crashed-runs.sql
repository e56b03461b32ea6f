-- For a connection that changes nothing: a temporary view that replaces the book's and shows the running runs of some
-- executions as crashed (:execution_ids, a JSON array of their ids).
PRAGMA query_only = OFF;
CREATE TEMP TABLE stale_execution (execution_id INTEGER PRIMARY KEY) STRICT;
INSERT INTO temp.stale_execution SELECT value FROM json_each(:execution_ids);
CREATE TEMP VIEW logged_runs AS
SELECT
  run_id, sweep_id, sweep, run,
  CASE
    WHEN status = 'running' AND execution_id IN (SELECT execution_id FROM temp.stale_execution)
    THEN 'crashed' ELSE status
  END AS status,
  started_at, finished_at, note, execution_id
FROM main.logged_runs;
PRAGMA query_only = ON;
