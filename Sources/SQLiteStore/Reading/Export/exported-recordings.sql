-- A sweep's recordings with their updates' seeds, in the order they were recorded.
SELECT recording.recording_id, recording.runs, delta.seed
FROM recording
JOIN delta ON delta.update_id = recording.update_id
WHERE recording.sweep_id = :sweep_id
ORDER BY recording.recording_id;
