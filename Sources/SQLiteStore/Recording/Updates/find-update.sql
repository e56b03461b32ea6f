SELECT update_id FROM drawn_update WHERE draw_id = :draw_id AND seed = :seed;
