-- The cells of measured sweeps (:sweep_ids, a JSON array of their ids) in which some modules (:modules, a JSON array of
-- their names) have runs, with the means over these.
SELECT
  profile, d, k, noise, alpha, rank, rule, scale, count(error) AS n, avg(error) AS error,
  avg(truncation_error) AS truncation_error, avg(variance_captured) AS variance_captured, cell_id
FROM (
  SELECT
    NULL AS profile, d, k, noise, alpha, rank, rule, scale, error, truncation_error,
    variance_captured, cell_id
  FROM runs
  WHERE sweep_id IN (SELECT value FROM json_each(:sweep_ids)) AND source = 'measure'
    AND profile IN (SELECT value FROM json_each(:modules))
)
GROUP BY cell_id
ORDER BY cell_id;
