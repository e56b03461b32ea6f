SELECT update_id FROM delta WHERE seed IS :seed AND origin_id = :origin_id;
