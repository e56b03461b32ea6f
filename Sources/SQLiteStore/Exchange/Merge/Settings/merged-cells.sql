-- A sweep's cells in the order of their creation.
SELECT cell_id FROM cell WHERE sweep_id = :sweep_id ORDER BY cell_id;
