-- Parameters in the order of their first use, as the writer binds them.
SELECT update_id FROM drawn_update WHERE draw_id = :draw_id AND seed = :seed;
