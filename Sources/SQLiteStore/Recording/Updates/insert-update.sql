INSERT INTO delta (origin_id, seed) VALUES (:origin_id, :seed);
