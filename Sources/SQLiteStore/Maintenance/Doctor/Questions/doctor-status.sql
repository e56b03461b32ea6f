-- Sweeps whose status contradicts how many of their runs are recorded; what was measured elsewhere has no plan
-- but what is recorded.
SELECT sweep_id, name AS sweep, status, recorded_runs, planned_runs
FROM sweep
WHERE recorded_runs > planned_runs
  OR (recorded_runs < planned_runs AND (status = 'finished' OR source <> 'sweep'));
