-- Sweeps whose number of runs differs from their recordings.
SELECT sweep_id, sweep, recorded_runs, runs
FROM (
  SELECT
    sweep_id, name AS sweep, recorded_runs,
    (
      SELECT ifnull(sum(runs), 0) FROM recording WHERE recording.sweep_id = sweep.sweep_id
    ) AS runs
  FROM sweep
)
WHERE recorded_runs <> runs;
