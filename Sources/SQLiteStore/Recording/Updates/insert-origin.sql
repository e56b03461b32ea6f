INSERT INTO origin (generator, position, d, k, prescription_id, noise)
VALUES (:generator, :position, :d, :k, :prescription_id, :noise);
