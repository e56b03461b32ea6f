-- Parameters in the order of their first use, as the writer binds them.
INSERT INTO recording (recording_id, sweep_id, update_id, runs)
VALUES (:recording_id, :sweep_id, :update_id, :runs);
