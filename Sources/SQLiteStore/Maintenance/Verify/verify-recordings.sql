-- A sweep's recordings, in the order they were made.
SELECT recording.recording_id, recording.runs, drawn_update.seed, drawn_update.draw_id
FROM recording
LEFT JOIN drawn_update ON drawn_update.update_id = recording.update_id
WHERE recording.sweep_id = :sweep_id
ORDER BY recording.recording_id;
