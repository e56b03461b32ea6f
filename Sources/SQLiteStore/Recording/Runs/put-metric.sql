-- Makes a metric of lorabook's own known, also where a user had named one so before.
INSERT INTO metric (metric, unit, is_better_larger, is_built_in)
VALUES (:metric, :unit, :is_better_larger, 1)
ON CONFLICT (metric) DO UPDATE
SET unit = excluded.unit, is_better_larger = excluded.is_better_larger, is_built_in = 1
WHERE NOT is_built_in;
