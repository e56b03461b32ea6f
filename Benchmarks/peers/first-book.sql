-- Copies the book attached as `packed` into one of the first schema (migrations/0001_book.sql).
INSERT INTO sweep (
  sweep_id, uuid, name, status, source, started_at, finished_at, planned_runs, recorded_runs, spec, note,
  lorabook_version, git_commit, generator, lapack, lapack_threads, jobs, host, processor, command, boot_id,
  process_id, process_start, failure
)
SELECT
  sweep_id, sweep.uuid, name, status, source, sweep.started_at, sweep.finished_at, planned_runs,
  recorded_runs, spec, note, lorabook_version, git_commit, generator, lapack, lapack_threads, jobs, host,
  processor, command, boot_id, process_id, process_start, failure
FROM packed.sweep
JOIN packed.execution USING (sweep_id)
WHERE execution_id IN (SELECT min(execution_id) FROM packed.execution GROUP BY sweep_id);
INSERT INTO tag (sweep_id, tag)
SELECT sweep_id, tag FROM packed.tag;
INSERT INTO prescription (prescription_id, definition)
SELECT prescription_id, definition FROM packed.prescription;
INSERT INTO sweep_profile (sweep_id, prescription_id, label)
SELECT sweep_id, prescription_id, label FROM packed.sweep_profile;
INSERT INTO cell (cell_id, sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale)
SELECT cell_id, sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale FROM packed.cell;
INSERT INTO cell_summary (cell_id, metric, n, mean, squared_deviations)
SELECT cell_id, metric, n, mean, squared_deviations FROM packed.cell_summary;
INSERT INTO weight_update (update_id, generator, seed, position, d, k, prescription_id, noise)
SELECT
  update_id, ifnull(generator, 'external'), seed, ifnull(position, 0), d, k, prescription_id, noise
FROM packed.weight_update
ORDER BY update_id;
INSERT INTO spectrum (update_id, position, singular_value)
SELECT update_id, position, singular_value FROM packed.spectrum ORDER BY update_id, position;
INSERT INTO recording (recording_id, sweep_id, update_id)
SELECT recording_id, sweep_id, update_id FROM packed.recording ORDER BY recording_id;
INSERT INTO run (
  run_id, recording_id, cell_id, error, truncation_error, variance_captured, error_diverged,
  truncation_error_diverged, variance_captured_diverged
)
SELECT
  run_id, recording_id, cell_id, error, truncation_error, variance_captured, error_diverged,
  truncation_error_diverged, variance_captured_diverged
FROM packed.run
ORDER BY run_id;
