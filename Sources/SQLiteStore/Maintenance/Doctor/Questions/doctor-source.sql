-- Sweeps marked as computed that lack a computed sweep's data, or marked as measured elsewhere that
-- have it: a sweep measured elsewhere is not recomputed.
SELECT
  sweep_id, name AS sweep, source,
  CASE spec WHEN '' THEN 'no spec' ELSE 'a spec' END AS spec,
  CASE WHEN generator IS NULL THEN 'no generator' ELSE 'a generator' END AS generator
FROM sweep
WHERE (source = 'sweep') <> (spec <> '') OR (source = 'sweep') <> (generator IS NOT NULL);
