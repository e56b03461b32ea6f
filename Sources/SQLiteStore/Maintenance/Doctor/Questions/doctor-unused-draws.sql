SELECT NULL AS sweep_id, NULL AS sweep, draw_id, d, k, noise
FROM draw
WHERE draw_id NOT IN (SELECT draw_id FROM drawn_update);
