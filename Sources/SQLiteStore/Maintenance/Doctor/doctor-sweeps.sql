SELECT sweep_id, name, source FROM sweep ORDER BY sweep_id;
