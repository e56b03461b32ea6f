SELECT sweep_id, source FROM sweep WHERE name = :name;
