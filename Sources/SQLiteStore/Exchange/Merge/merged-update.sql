SELECT draw.generator, draw.position, draw.d, draw.k, draw.prescription_id, draw.noise, drawn_update.seed
FROM drawn_update
JOIN draw ON draw.draw_id = drawn_update.draw_id
WHERE drawn_update.update_id = :update_id;
