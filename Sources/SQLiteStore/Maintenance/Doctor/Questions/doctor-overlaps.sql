-- Recordings that share runs with the next one.
SELECT
  recording.sweep_id, sweep.name AS sweep, recording.recording_id, recording.runs,
  (
    SELECT min(next.recording_id) FROM recording AS next
    WHERE next.recording_id > recording.recording_id
  ) AS next
FROM recording
LEFT JOIN sweep ON sweep.sweep_id = recording.sweep_id
WHERE EXISTS (
  SELECT 1 FROM recording AS next
  WHERE next.recording_id > recording.recording_id
    AND next.recording_id < recording.recording_id + recording.runs
);
