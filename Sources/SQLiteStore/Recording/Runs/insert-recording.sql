INSERT INTO recording (recording_id, sweep_id, execution_id, update_id, item, sequence, runs)
VALUES (:recording_id, :sweep_id, :execution_id, :update_id, :item, :sequence, :runs);
