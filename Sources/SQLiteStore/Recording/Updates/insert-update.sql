INSERT INTO drawn_update (draw_id, seed) VALUES (:draw_id, :seed);
