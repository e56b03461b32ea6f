-- Sweeps whose status contradicts their number of recorded runs; a sweep measured elsewhere plans
-- exactly its recorded runs.
SELECT sweep_id, name AS sweep, status, recorded_runs, planned_runs
FROM sweep
JOIN source ON source.source = sweep.source
WHERE recorded_runs > planned_runs
  OR (recorded_runs < planned_runs AND (status = 'finished' OR NOT is_computed));
