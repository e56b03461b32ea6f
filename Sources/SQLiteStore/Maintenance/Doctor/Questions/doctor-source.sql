-- Sweeps that say to have been computed here, without what that takes, or to have been measured elsewhere, with
-- it: what is taken for measured elsewhere is not computed again.
SELECT
  sweep_id, name AS sweep, source,
  CASE spec WHEN '' THEN 'no spec' ELSE 'a spec' END AS spec,
  CASE WHEN generator IS NULL THEN 'no generator' ELSE 'a generator' END AS generator
FROM sweep
WHERE (source = 'sweep') <> (spec <> '') OR (source = 'sweep') <> (generator IS NOT NULL);
