-- A sweep's executions, in the order in which they began.
SELECT * FROM executions WHERE sweep_id = :sweep_id AND /* where */ TRUE ORDER BY execution_id;
