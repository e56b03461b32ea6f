-- Removes a sweep and what it alone used, children before their parents: foreign keys are not enforced
-- meanwhile, because a cascade would look for a cell's runs without an index.
DELETE FROM run
WHERE recording_id IN (SELECT recording_id FROM recording WHERE sweep_id = :sweep_id);
DELETE FROM cell_summary
WHERE cell_id IN (SELECT cell_id FROM cell WHERE sweep_id = :sweep_id);
DELETE FROM cell WHERE sweep_id = :sweep_id;
DELETE FROM spectrum
WHERE update_id IN (
  SELECT update_id FROM recording
  WHERE sweep_id = :sweep_id AND NOT EXISTS (
    SELECT 1 FROM recording AS other
    WHERE other.update_id = recording.update_id AND other.sweep_id <> :sweep_id
  )
);
DELETE FROM weight_update
WHERE update_id IN (
  SELECT update_id FROM recording
  WHERE sweep_id = :sweep_id AND NOT EXISTS (
    SELECT 1 FROM recording AS other
    WHERE other.update_id = recording.update_id AND other.sweep_id <> :sweep_id
  )
);
DELETE FROM recording WHERE sweep_id = :sweep_id;
DELETE FROM sweep_profile WHERE sweep_id = :sweep_id;
DELETE FROM tag WHERE sweep_id = :sweep_id;
DELETE FROM sweep WHERE sweep_id = :sweep_id;
DELETE FROM prescription
WHERE prescription_id NOT IN (SELECT prescription_id FROM sweep_profile);
