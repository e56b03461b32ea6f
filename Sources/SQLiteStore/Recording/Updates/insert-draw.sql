-- Parameters in the order of their first use, as the writer binds them.
INSERT INTO draw (generator, position, d, k, prescription_id, noise)
VALUES (:generator, :position, :d, :k, :prescription_id, :noise);
