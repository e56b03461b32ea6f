-- Sweeps marked as computed that lack a computed sweep's data, or marked as measured elsewhere that
-- have it: a sweep measured elsewhere is not recomputed.
SELECT
  sweep_id, name AS sweep, source,
  CASE spec WHEN '' THEN 'no spec' ELSE 'a spec' END AS spec,
  CASE WHEN has_generator THEN 'a generator' ELSE 'no generator' END AS generator
FROM (
  SELECT
    sweep.*, source.is_computed,
    EXISTS (
      SELECT 1 FROM execution
      WHERE execution.sweep_id = sweep.sweep_id AND execution.generator IS NOT NULL
    ) AS has_generator
  FROM sweep
  JOIN source ON source.source = sweep.source
)
WHERE is_computed <> (spec <> '') OR (source IN ('sweep', 'train')) <> has_generator;
