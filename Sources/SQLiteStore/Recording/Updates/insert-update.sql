-- Parameters in the order of their first use, as the writer binds them.
INSERT INTO drawn_update (draw_id, seed) VALUES (:draw_id, :seed);
