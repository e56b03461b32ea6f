-- Adds runs to the book's last recording, if it ends just before them and has the same update and
-- sweep. It is found by its id, as an update may have as many recordings in a sweep as runs.
UPDATE recording SET runs = recording.runs + :runs
WHERE recording_id = (SELECT max(recording_id) FROM recording)
  AND execution_id = :execution_id AND update_id = :update_id
  AND sequence + recording.runs = :sequence AND recording_id + recording.runs = :recording_id
RETURNING recording_id;
