-- The expected number of singular values of each update; an update drawn elsewhere has none.
SELECT
  delta.update_id, delta.seed, origin.d, origin.k,
  CASE WHEN origin.generator IS NULL THEN 0 ELSE min(origin.d, origin.k) END AS span
FROM delta
JOIN origin ON origin.origin_id = delta.origin_id
ORDER BY delta.update_id;
