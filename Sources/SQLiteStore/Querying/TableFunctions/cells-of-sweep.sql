SELECT cell_id FROM cell WHERE sweep_id = :sweep_id ORDER BY cell_id;
