-- The next cells of a sweep, in the order of their ids.
SELECT cell_id FROM cell WHERE sweep_id = :sweep_id AND cell_id > :after ORDER BY cell_id LIMIT :most;
