-- The expected number of singular values of each update: an adapter's are as many as its rank, and an update that was
-- drawn elsewhere has none.
SELECT
  delta.update_id, delta.seed, origin.d, origin.k,
  CASE
    WHEN module.origin_id IS NOT NULL
      THEN min(origin.d, origin.k, ifnull(module.adapter_rank, origin.d))
    WHEN origin.generator IS NULL THEN 0
    ELSE min(origin.d, origin.k)
  END AS span
FROM delta
JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN module ON module.origin_id = origin.origin_id
ORDER BY delta.update_id;
