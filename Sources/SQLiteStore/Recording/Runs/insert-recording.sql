INSERT INTO recording (recording_id, sweep_id, update_id, runs)
VALUES (:recording_id, :sweep_id, :update_id, :runs);
