-- Copies the book attached as `packed` into one of the first schema (migrations/0001_book.sql).
INSERT INTO sweep SELECT * FROM packed.sweep;
INSERT INTO tag SELECT * FROM packed.tag;
INSERT INTO prescription SELECT * FROM packed.prescription;
INSERT INTO sweep_profile SELECT * FROM packed.sweep_profile;
INSERT INTO cell SELECT * FROM packed.cell;
INSERT INTO cell_summary SELECT * FROM packed.cell_summary;
INSERT INTO weight_update (update_id, generator, seed, position, d, k, prescription_id, noise)
SELECT update_id, generator, seed, position, d, k, prescription_id, noise FROM packed.weight_update ORDER BY update_id;
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
