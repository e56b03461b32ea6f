DELETE FROM tag WHERE sweep_id = :sweep_id AND tag = :tag RETURNING tag;
