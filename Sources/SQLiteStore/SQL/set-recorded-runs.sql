UPDATE sweep SET recorded_runs = :recorded_runs WHERE sweep_id = :sweep_id;
