-- The first recording of an execution that ends after a place in it.
SELECT recording_id, update_id, runs, sequence
FROM recording
WHERE execution_id = :execution_id AND sequence + runs > :sequence
  AND sequence >= ifnull(
    (
      SELECT max(earlier.sequence) FROM recording AS earlier
      WHERE earlier.execution_id = :execution_id AND earlier.sequence <= :sequence
    ), 0
  )
ORDER BY sequence
LIMIT 1;
