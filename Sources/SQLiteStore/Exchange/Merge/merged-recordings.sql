-- What a sweep has recorded, in the order in which it did.
SELECT recording_id, update_id, execution_id, item, sequence, runs
FROM recording
WHERE sweep_id = :sweep_id
ORDER BY recording_id;
