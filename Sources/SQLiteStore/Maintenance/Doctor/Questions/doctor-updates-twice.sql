-- Updates that a sweep in closed form, where each item is an update, has recorded more than once.
SELECT sweep.sweep_id, sweep.name AS sweep, delta.seed, recording.update_id, count(*) AS times
FROM recording
JOIN sweep ON sweep.sweep_id = recording.sweep_id AND sweep.source = 'sweep'
LEFT JOIN delta ON delta.update_id = recording.update_id
GROUP BY recording.update_id, recording.sweep_id
HAVING count(*) > 1;
