-- An update with what it comes from.
CREATE VIEW weight_update AS
SELECT
  delta.update_id, origin.generator, delta.seed, origin.position, origin.d, origin.k,
  origin.prescription_id, origin.noise, delta.origin_id, origin.content
FROM delta
JOIN origin ON origin.origin_id = delta.origin_id;
