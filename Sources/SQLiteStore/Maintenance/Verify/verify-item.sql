-- The recording of an item, and the update that it is of.
SELECT recording.recording_id, recording.runs, recording.update_id, delta.seed, delta.origin_id
FROM recording
LEFT JOIN delta ON delta.update_id = recording.update_id
WHERE recording.sweep_id = :sweep_id AND recording.item = :item;
