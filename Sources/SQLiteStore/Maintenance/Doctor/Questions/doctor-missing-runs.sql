-- Recordings whose number of runs differs from the runs that exist.
SELECT sweep_id, sweep, recording_id, runs, found
FROM (
  SELECT
    recording.sweep_id, sweep.name AS sweep, recording.recording_id, recording.runs,
    (
      SELECT count(*) FROM measured_run
      WHERE run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
    ) AS found
  FROM recording
  LEFT JOIN sweep ON sweep.sweep_id = recording.sweep_id
)
WHERE found <> runs;
