-- Where the runs of some sweeps are, those of one update together.
SELECT update_id, recording_id, runs
FROM recording
WHERE sweep_id IN (SELECT value FROM json_each(:sweep_ids))
ORDER BY update_id, recording_id;
