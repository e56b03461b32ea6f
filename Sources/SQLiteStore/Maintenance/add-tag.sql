INSERT INTO tag (sweep_id, tag) VALUES (:sweep_id, :tag) ON CONFLICT DO NOTHING;
