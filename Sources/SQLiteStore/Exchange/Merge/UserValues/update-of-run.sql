SELECT update_id FROM recording
WHERE recording_id = (
  SELECT max(earlier.recording_id) FROM recording AS earlier WHERE earlier.recording_id <= :run_id
);
