-- Every run of a trackio project as JSON lines for `lorabook import --name PROJECT`. First one line a run with its
-- settings, as `r` or `rank`, `lora_alpha` or `alpha`, `use_rslora` and `seed` are in its config; others stay params.
-- Then one line a call of trackio.log. Values that are no numbers, such as pictures, are left out.
WITH
  known AS (
    SELECT run_name AS run, config, coalesce(json_extract(config, '$.r'), json_extract(config, '$.rank')) AS rank
    FROM (SELECT run_name, CAST(config AS TEXT) AS config FROM configs)
  ),
  point AS (SELECT id, run_name AS run, step, CAST(metrics AS TEXT) AS metrics FROM metrics)
SELECT
  json_object(
    'run', run, 'rank', rank,
    'alpha', coalesce(json_extract(config, '$.lora_alpha'), json_extract(config, '$.alpha')),
    'rule', CASE WHEN rank IS NOT NULL THEN iif(json_extract(config, '$.use_rslora'), 'rslora', 'lora') END,
    'seed', json_extract(config, '$.seed'),
    'params', (
      SELECT json_group_object(key, value)
      FROM json_each(config)
      WHERE key NOT IN ('r', 'rank', 'lora_alpha', 'alpha', 'use_rslora', 'seed') AND key NOT LIKE '\_%' ESCAPE '\'
        AND type IN ('integer', 'real', 'text')
    ),
    'status', 'finished'
  )
FROM known
UNION ALL
SELECT json_object('run', run, 'step', step, 'metrics', json(numbers))
FROM (
  SELECT id, run, step, (
    SELECT json_group_object(
      key, CASE value WHEN 'NaN' THEN 'nan' WHEN 'Infinity' THEN 'inf' WHEN '-Infinity' THEN '-inf' ELSE value END)
    FROM json_each(metrics)
    WHERE type IN ('integer', 'real') OR value IN ('NaN', 'Infinity', '-Infinity')
  ) AS numbers
  FROM point
  ORDER BY id
)
WHERE numbers <> '{}';
