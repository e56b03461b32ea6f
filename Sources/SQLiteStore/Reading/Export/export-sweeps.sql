SELECT
  sweep_id, uuid, name, status, source, started_at, finished_at, planned_runs, recorded_runs, spec,
  tags, note, lorabook_version, lapack, host, command
FROM sweeps
WHERE sweep_id = :sweep_id AND /* where */ TRUE;
