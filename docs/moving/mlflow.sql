-- Every run of an MLflow store as JSON lines for `lorabook import`. First one line a run with its settings, as
-- `r` or `rank`, `lora_alpha` or `alpha`, `use_rslora` and `seed` were logged; the others stay parameters.
-- Then one line a point of its curves. MLflow keeps NaN as 0 with a mark, infinities as the largest doubles.
WITH
  setting AS (
    SELECT
      run_uuid,
      max(value) FILTER (WHERE key IN ('r', 'rank')) AS rank,
      max(value) FILTER (WHERE key IN ('lora_alpha', 'alpha')) AS alpha,
      max(value) FILTER (WHERE key = 'use_rslora') AS is_rank_stabilised,
      max(value) FILTER (WHERE key = 'seed') AS seed,
      json_group_object(key, value)
        FILTER (WHERE key NOT IN ('r', 'rank', 'lora_alpha', 'alpha', 'use_rslora', 'seed')) AS others
    FROM params
    GROUP BY run_uuid
  ),
  kept AS (
    SELECT run_uuid, experiments.name AS sweep, runs.name || '-' || substr(run_uuid, 1, 8) AS run, status
    FROM runs JOIN experiments USING (experiment_id)
    WHERE runs.lifecycle_stage = 'active'
  )
SELECT
  json_object(
    'sweep', sweep, 'run', run, 'rank', CAST(rank AS INTEGER), 'alpha', CAST(alpha AS REAL),
    'rule', CASE WHEN rank IS NOT NULL THEN iif(lower(is_rank_stabilised) = 'true', 'rslora', 'lora') END,
    'seed', CAST(seed AS INTEGER), 'params', json(coalesce(others, '{}')),
    'status', iif(status = 'FINISHED', 'finished', 'failed')
  )
FROM kept LEFT JOIN setting USING (run_uuid)
UNION ALL
SELECT json_object('sweep', sweep, 'run', run, 'step', step, 'metrics', json_object(key, value))
FROM (
  SELECT
    sweep, run, step, key,
    CASE WHEN is_nan THEN 'nan' WHEN value > 1.7e308 THEN 'inf' WHEN value < -1.7e308 THEN '-inf' ELSE value END
      AS value
  -- A step that was logged again counts as it was logged last.
  FROM (
    SELECT *, row_number() OVER (PARTITION BY run_uuid, key, step ORDER BY timestamp DESC) AS place FROM metrics
  ) JOIN kept USING (run_uuid)
  WHERE place = 1
  ORDER BY run_uuid, step
);
