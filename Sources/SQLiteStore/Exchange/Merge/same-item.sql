-- The recording of an item of a computed sweep.
SELECT recording_id, update_id, runs FROM recording WHERE sweep_id = :sweep_id AND item = :item;
