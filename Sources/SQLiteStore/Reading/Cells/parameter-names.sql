-- The names of the parameters that runs of some sweeps (:sweep_ids, a JSON array of their ids) have.
SELECT DISTINCT name
FROM parameter
WHERE parameter_set_id IN (
  SELECT parameter_set_id FROM cell WHERE sweep_id IN (SELECT value FROM json_each(:sweep_ids))
)
ORDER BY name;
