SELECT prescription_id, label FROM sweep_profile WHERE sweep_id = :sweep_id ORDER BY prescription_id;
