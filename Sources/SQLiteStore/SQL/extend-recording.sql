-- Adds runs to the recording that ends just before them, if it is of the same update and sweep. Parameters
-- in the order of their first use, as the writer binds them.
UPDATE recording SET runs = recording.runs + :runs
WHERE sweep_id = :sweep_id AND update_id = :update_id
  AND recording_id + recording.runs = :recording_id
RETURNING recording_id;
