-- The recordings of some sweeps, grouped by what makes pairs (:pairing): the update, the seed or the
-- module. Those without it are in no pair. Of measured modules those in :modules, a JSON array of names, count; all if
-- it is NULL.
SELECT
  CASE :pairing
    WHEN 'seed' THEN (SELECT seed FROM delta WHERE delta.update_id = recording.update_id)
    WHEN 'module' THEN (
      SELECT name FROM sweep_module
      WHERE sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
    )
    ELSE update_id
  END AS pair,
  recording_id, runs
FROM recording
WHERE sweep_id IN (SELECT value FROM json_each(:sweep_ids))
  AND (
    :modules IS NULL
    OR ifnull(
      (
        SELECT name FROM sweep_module
        WHERE sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
      ) IN (SELECT value FROM json_each(:modules)),
      TRUE
    )
  )
ORDER BY pair, recording_id;
