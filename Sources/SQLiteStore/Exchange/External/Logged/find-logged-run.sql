SELECT run_id FROM logged_run WHERE sweep_id = :sweep_id AND name = :name;
