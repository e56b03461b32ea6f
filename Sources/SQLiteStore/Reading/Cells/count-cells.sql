SELECT count(*) FROM cell WHERE sweep_id = :sweep_id;
