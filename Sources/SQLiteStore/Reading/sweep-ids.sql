SELECT sweep_id FROM sweep ORDER BY sweep_id;
