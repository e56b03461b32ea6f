-- Parameters in the order of their first use, as the writer binds them.
SELECT 1 FROM recording WHERE update_id = :update_id AND sweep_id = :sweep_id LIMIT 1;
