-- The processes that log runs which have not ended. Runs that were logged by a process of their own each time say
-- themselves how they end.
SELECT execution_id, host, boot_id, process_id, process_start
FROM execution
WHERE execution_id IN (SELECT execution_id FROM logged_run WHERE status = 'running')
  AND process_id IS NOT NULL;
