UPDATE sweep SET name = :name WHERE sweep_id = :sweep_id;
