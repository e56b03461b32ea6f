SELECT sweep_id FROM sweep WHERE name = :name AND sweep_id <> :sweep_id;
