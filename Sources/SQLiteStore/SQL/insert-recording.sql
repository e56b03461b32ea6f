INSERT INTO recording (sweep_id, update_id) VALUES (:sweep_id, :update_id);
