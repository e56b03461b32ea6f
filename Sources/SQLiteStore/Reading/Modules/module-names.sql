-- The modules of some sweeps (:sweep_ids, a JSON array of their ids) whose names match a pattern, in which * stands for
-- any text.
SELECT DISTINCT name
FROM sweep_module
WHERE sweep_id IN (SELECT value FROM json_each(:sweep_ids))
  AND name GLOB replace(replace(:pattern, '[', '[[]'), '?', '[?]')
ORDER BY name;
