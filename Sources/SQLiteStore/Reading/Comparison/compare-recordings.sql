-- The recordings of some sweeps, grouped by update.
SELECT update_id, recording_id, runs
FROM recording
WHERE sweep_id IN (SELECT value FROM json_each(:sweep_ids))
ORDER BY update_id, recording_id;
