SELECT * FROM sweeps WHERE sweep_id = :sweep_id;
