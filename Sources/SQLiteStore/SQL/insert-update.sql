-- Parameters in the order of their first use, as the writer binds them.
INSERT INTO weight_update (seed, prescription_id, d, k, position, noise, generator)
VALUES (:seed, :prescription_id, :d, :k, :position, :noise, :generator);
