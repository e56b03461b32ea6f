INSERT INTO spectrum (update_id, position, singular_value)
VALUES (:update_id, :position, :singular_value);
