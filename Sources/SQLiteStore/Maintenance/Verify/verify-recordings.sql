-- What a sweep has recorded, in the order in which it did.
SELECT recording.recording_id, recording.runs, delta.seed, delta.origin_id, recording.item
FROM recording
LEFT JOIN delta ON delta.update_id = recording.update_id
WHERE recording.sweep_id = :sweep_id
ORDER BY recording.recording_id;
