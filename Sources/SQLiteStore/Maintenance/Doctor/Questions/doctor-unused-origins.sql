SELECT NULL AS sweep_id, NULL AS sweep, origin_id, d, k, noise
FROM origin
WHERE origin_id NOT IN (SELECT origin_id FROM delta);
