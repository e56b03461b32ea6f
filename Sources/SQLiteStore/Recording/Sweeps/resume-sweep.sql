UPDATE sweep SET status = 'running', finished_at = NULL, failure = NULL WHERE sweep_id = :sweep_id;
