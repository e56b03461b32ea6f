-- A sweep's recordings with their updates' seeds, in the order they were recorded.
SELECT recording.recording_id, recording.runs, drawn_update.seed
FROM recording
JOIN drawn_update ON drawn_update.update_id = recording.update_id
WHERE recording.sweep_id = :sweep_id
ORDER BY recording.recording_id;
