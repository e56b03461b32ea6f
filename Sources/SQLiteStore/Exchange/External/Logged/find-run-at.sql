-- The run at a place in an execution, counted from 0.
SELECT recording_id + :sequence - sequence
FROM recording
WHERE execution_id = :execution_id AND sequence <= :sequence AND sequence + runs > :sequence
ORDER BY sequence DESC
LIMIT 1;
