-- One row a logged run: its name, what became of it, and when.
CREATE VIEW logged_runs AS
SELECT
  logged_run.run_id, logged_run.sweep_id, sweep.name AS sweep, logged_run.name AS run,
  logged_run.status, logged_run.started_at, logged_run.finished_at, logged_run.note,
  logged_run.execution_id
FROM logged_run
JOIN sweep ON sweep.sweep_id = logged_run.sweep_id;
