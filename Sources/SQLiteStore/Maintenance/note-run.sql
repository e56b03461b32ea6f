-- A note on a run. One that was not logged under a name has by now ended with its execution.
INSERT INTO logged_run (run_id, sweep_id, execution_id, status, started_at, finished_at, note)
SELECT
  :run_id, recording.sweep_id, recording.execution_id, 'finished', execution.started_at,
  execution.finished_at, :note
FROM recording
JOIN execution ON execution.execution_id = recording.execution_id
WHERE recording.recording_id = (
  SELECT max(last.recording_id) FROM recording AS last WHERE last.recording_id <= :run_id
)
ON CONFLICT (run_id) DO UPDATE SET note = excluded.note;
