SELECT
  origin.generator, origin.position, origin.d, origin.k, origin.prescription_id, origin.noise, delta.seed
FROM delta
JOIN origin ON origin.origin_id = delta.origin_id
WHERE delta.update_id = :update_id;
