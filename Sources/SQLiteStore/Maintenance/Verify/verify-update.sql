-- The recordings of an update in a sweep.
SELECT recording.recording_id, recording.runs, recording.update_id
FROM drawn_update
JOIN recording ON recording.update_id = drawn_update.update_id
WHERE drawn_update.seed = :seed AND drawn_update.draw_id = :draw_id
  AND recording.sweep_id = :sweep_id
ORDER BY recording.recording_id;
