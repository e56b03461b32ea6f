-- The recordings of an update in a sweep.
SELECT recording.recording_id, recording.runs, recording.update_id
FROM delta
JOIN recording ON recording.update_id = delta.update_id
WHERE delta.seed = :seed AND delta.origin_id = :origin_id
  AND recording.sweep_id = :sweep_id
ORDER BY recording.recording_id;
