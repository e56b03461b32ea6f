SELECT * FROM logged_runs WHERE sweep_id = :sweep_id AND /* where */ TRUE ORDER BY run_id;
