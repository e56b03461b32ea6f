SELECT 1 FROM recording WHERE update_id = :update_id AND sweep_id = :sweep_id LIMIT 1;
