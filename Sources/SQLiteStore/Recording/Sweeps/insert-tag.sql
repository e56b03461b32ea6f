INSERT INTO tag (sweep_id, tag) VALUES (:sweep_id, :tag);
