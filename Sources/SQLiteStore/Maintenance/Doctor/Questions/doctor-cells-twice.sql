-- Recordings of computed sweeps with a repeated cell: an item has one run at each setting.
SELECT sweep_id, sweep, recording_id, runs, cells
FROM (
  SELECT
    recording.sweep_id, sweep.name AS sweep, recording.recording_id,
    (
      SELECT count(*) FROM measured_run
      WHERE run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
    ) AS runs,
    (
      SELECT count(DISTINCT cell_id) FROM measured_run
      WHERE run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
    ) AS cells
  FROM recording
  JOIN sweep ON sweep.sweep_id = recording.sweep_id
  JOIN source ON source.source = sweep.source AND source.is_computed
)
WHERE runs <> cells;
