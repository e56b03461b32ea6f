-- Packs the book: half the bytes a run, and the runs of an update read as one range. What questions read,
-- `run`, `weight_update` and `spectrum`, are views from here on, with the columns that the tables had.

DROP VIEW runs;
DROP VIEW sweeps;
DROP VIEW spectra;
DROP INDEX recording_sweep;
ALTER TABLE run RENAME TO run_1;
ALTER TABLE recording RENAME TO recording_1;
ALTER TABLE spectrum RENAME TO spectrum_1;
ALTER TABLE weight_update RENAME TO weight_update_1;

-- How updates are drawn that differ in the seed alone.
CREATE TABLE draw (
  draw_id INTEGER PRIMARY KEY,
  -- The random stream's frozen name; 'external' where the updates were drawn elsewhere.
  generator TEXT NOT NULL,
  -- How many normals of the stream are drawn before an update's own.
  position INTEGER NOT NULL CHECK (position >= 0),
  d INTEGER NOT NULL CHECK (d > 0),
  k INTEGER NOT NULL CHECK (k > 0),
  prescription_id INTEGER NOT NULL REFERENCES prescription,
  -- NULL where what was logged or imported does not say.
  noise REAL CHECK (noise >= 0)
) STRICT;
CREATE UNIQUE INDEX draw_identity
  ON draw (prescription_id, d, k, position, ifnull(noise, -1.0), generator);

CREATE TABLE drawn_update (
  update_id INTEGER PRIMARY KEY,
  draw_id INTEGER NOT NULL REFERENCES draw,
  seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 4294967295),
  UNIQUE (seed, draw_id)
) STRICT;

-- An update's singular values, 32 a row. block_id is update_id·1024 + the number of the block from 0, so
-- that an update's blocks are one range of the table; the last one is NULL behind its values.
CREATE TABLE spectrum_block (
  block_id INTEGER PRIMARY KEY,
  update_id INTEGER GENERATED ALWAYS AS (block_id >> 10) VIRTUAL REFERENCES drawn_update,
  s1 REAL NOT NULL CHECK (s1 >= 0),
  s2 REAL CHECK (s2 >= 0),
  s3 REAL CHECK (s3 >= 0),
  s4 REAL CHECK (s4 >= 0),
  s5 REAL CHECK (s5 >= 0),
  s6 REAL CHECK (s6 >= 0),
  s7 REAL CHECK (s7 >= 0),
  s8 REAL CHECK (s8 >= 0),
  s9 REAL CHECK (s9 >= 0),
  s10 REAL CHECK (s10 >= 0),
  s11 REAL CHECK (s11 >= 0),
  s12 REAL CHECK (s12 >= 0),
  s13 REAL CHECK (s13 >= 0),
  s14 REAL CHECK (s14 >= 0),
  s15 REAL CHECK (s15 >= 0),
  s16 REAL CHECK (s16 >= 0),
  s17 REAL CHECK (s17 >= 0),
  s18 REAL CHECK (s18 >= 0),
  s19 REAL CHECK (s19 >= 0),
  s20 REAL CHECK (s20 >= 0),
  s21 REAL CHECK (s21 >= 0),
  s22 REAL CHECK (s22 >= 0),
  s23 REAL CHECK (s23 >= 0),
  s24 REAL CHECK (s24 >= 0),
  s25 REAL CHECK (s25 >= 0),
  s26 REAL CHECK (s26 >= 0),
  s27 REAL CHECK (s27 >= 0),
  s28 REAL CHECK (s28 >= 0),
  s29 REAL CHECK (s29 >= 0),
  s30 REAL CHECK (s30 >= 0),
  s31 REAL CHECK (s31 >= 0),
  s32 REAL CHECK (s32 >= 0)
) STRICT;
CREATE TABLE spectrum_place (place INTEGER PRIMARY KEY CHECK (place BETWEEN 1 AND 32)) STRICT;
INSERT INTO spectrum_place
WITH RECURSIVE place (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM place WHERE place < 32)
SELECT place FROM place;

-- Runs of one update in one sweep that were recorded together, all or none of them. recording_id is the id
-- of the first; the others follow it.
CREATE TABLE recording (
  recording_id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  update_id INTEGER NOT NULL REFERENCES drawn_update,
  runs INTEGER NOT NULL CHECK (runs > 0)
) STRICT;
CREATE INDEX recording_update ON recording (update_id, sweep_id);
CREATE INDEX recording_sweep ON recording (sweep_id);

CREATE TABLE measured_run (
  run_id INTEGER PRIMARY KEY,
  cell_id INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
  error REAL,
  truncation_error REAL,
  variance_captured REAL
) STRICT;

-- SQLite keeps no NaN, and an infinity would be averaged as if it were a number: a measurement that
-- diverged is NULL in its run and named here, one that was not recorded is NULL there and not here.
CREATE TABLE divergence (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric TEXT NOT NULL CHECK (metric IN ('error', 'truncation_error', 'variance_captured')),
  value TEXT NOT NULL CHECK (value IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric)
) STRICT, WITHOUT ROWID;

INSERT INTO draw (generator, position, d, k, prescription_id, noise)
SELECT DISTINCT generator, position, d, k, prescription_id, noise FROM weight_update_1;

INSERT INTO drawn_update (update_id, draw_id, seed)
SELECT
  update_id,
  (
    SELECT draw_id FROM draw
    WHERE draw.prescription_id = weight_update_1.prescription_id
      AND draw.d = weight_update_1.d AND draw.k = weight_update_1.k
      AND draw.position = weight_update_1.position
      AND ifnull(draw.noise, -1.0) = ifnull(weight_update_1.noise, -1.0)
      AND draw.generator = weight_update_1.generator
  ),
  seed
FROM weight_update_1
ORDER BY update_id;

INSERT INTO spectrum_block (
  block_id,
  s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19, s20, s21, s22,
  s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
)
SELECT
  (block.update_id << 10) + (block.position - 1) / 32,
  block.singular_value,
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 1),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 2),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 3),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 4),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 5),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 6),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 7),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 8),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 9),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 10),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 11),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 12),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 13),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 14),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 15),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 16),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 17),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 18),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 19),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 20),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 21),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 22),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 23),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 24),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 25),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 26),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 27),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 28),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 29),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 30),
  (SELECT singular_value FROM spectrum_1 WHERE update_id = block.update_id AND position = block.position + 31)
FROM spectrum_1 AS block
WHERE block.position % 32 = 1
ORDER BY block.update_id, block.position;

-- A recording is a stretch of run ids without a gap: runs logged in turns for two updates lie in many.
INSERT INTO recording (recording_id, sweep_id, update_id, runs)
SELECT min(stretch.run_id), recording_1.sweep_id, recording_1.update_id, count(*)
FROM (
  SELECT
    recording_id, run_id,
    run_id - row_number() OVER (PARTITION BY recording_id ORDER BY run_id) AS gap
  FROM run_1
) AS stretch
JOIN recording_1 ON recording_1.recording_id = stretch.recording_id
GROUP BY stretch.recording_id, stretch.gap
ORDER BY 1;

INSERT INTO measured_run (run_id, cell_id, error, truncation_error, variance_captured)
SELECT run_id, cell_id, error, truncation_error, variance_captured FROM run_1 ORDER BY run_id;

INSERT INTO divergence (run_id, metric, value)
SELECT run_id, 'error', error_diverged FROM run_1 WHERE error_diverged IS NOT NULL
UNION ALL
SELECT run_id, 'truncation_error', truncation_error_diverged FROM run_1
WHERE truncation_error_diverged IS NOT NULL
UNION ALL
SELECT run_id, 'variance_captured', variance_captured_diverged FROM run_1
WHERE variance_captured_diverged IS NOT NULL;

DROP TABLE run_1;
DROP TABLE recording_1;
DROP TABLE spectrum_1;
DROP TABLE weight_update_1;

-- One simulated weight update. Two sweeps that name the same update share it and its spectrum.
CREATE VIEW weight_update AS
SELECT
  drawn_update.update_id, draw.generator, drawn_update.seed, draw.position, draw.d, draw.k,
  draw.prescription_id, draw.noise, drawn_update.draw_id
FROM drawn_update
JOIN draw ON draw.draw_id = drawn_update.draw_id;

-- σ₁ ≥ σ₂ ≥ …, position from 1.
CREATE VIEW spectrum AS
SELECT update_id, position, singular_value
FROM (
  SELECT
    drawn_update.update_id,
    ((spectrum_block.block_id & 1023) << 5) + spectrum_place.place AS position,
    CASE spectrum_place.place
      WHEN 1 THEN s1
      WHEN 2 THEN s2
      WHEN 3 THEN s3
      WHEN 4 THEN s4
      WHEN 5 THEN s5
      WHEN 6 THEN s6
      WHEN 7 THEN s7
      WHEN 8 THEN s8
      WHEN 9 THEN s9
      WHEN 10 THEN s10
      WHEN 11 THEN s11
      WHEN 12 THEN s12
      WHEN 13 THEN s13
      WHEN 14 THEN s14
      WHEN 15 THEN s15
      WHEN 16 THEN s16
      WHEN 17 THEN s17
      WHEN 18 THEN s18
      WHEN 19 THEN s19
      WHEN 20 THEN s20
      WHEN 21 THEN s21
      WHEN 22 THEN s22
      WHEN 23 THEN s23
      WHEN 24 THEN s24
      WHEN 25 THEN s25
      WHEN 26 THEN s26
      WHEN 27 THEN s27
      WHEN 28 THEN s28
      WHEN 29 THEN s29
      WHEN 30 THEN s30
      WHEN 31 THEN s31
      WHEN 32 THEN s32
    END AS singular_value
  FROM drawn_update
  CROSS JOIN spectrum_block
    ON spectrum_block.block_id
      BETWEEN drawn_update.update_id << 10 AND (drawn_update.update_id << 10) + 1023
  CROSS JOIN spectrum_place
)
WHERE singular_value IS NOT NULL;

-- CROSS JOIN and the plus sign keep the order (sqlite.org/optoverview.html, 5 and 8): from a recording to its
-- range of runs and from a run to its cell, never from a run to all recordings or from a cell to all runs.
CREATE VIEW run AS
SELECT
  measured_run.run_id, recording.recording_id, +measured_run.cell_id AS cell_id, measured_run.error,
  measured_run.truncation_error, measured_run.variance_captured,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
  ) AS error_diverged,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'truncation_error'
  ) AS truncation_error_diverged,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'variance_captured'
  ) AS variance_captured_diverged
FROM recording
CROSS JOIN measured_run
  ON measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

CREATE VIEW runs AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, drawn_update.seed, cell.d, cell.k,
  sweep_profile.label AS profile, cell.noise, cell.rank, cell.alpha, cell.rule, cell.scale,
  measured_run.error, measured_run.truncation_error, measured_run.variance_captured,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
  ) AS error_diverged,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'truncation_error'
  ) AS truncation_error_diverged,
  (
    SELECT value FROM divergence
    WHERE divergence.run_id = measured_run.run_id AND metric = 'variance_captured'
  ) AS variance_captured_diverged,
  recording.update_id, cell.cell_id, recording.recording_id
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN drawn_update ON drawn_update.update_id = recording.update_id
CROSS JOIN measured_run
  ON measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
JOIN cell ON cell.cell_id = +measured_run.cell_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id;

CREATE VIEW sweeps AS
SELECT
  sweep_id, uuid, name, status, source, started_at, finished_at, planned_runs, recorded_runs, spec,
  (
    SELECT group_concat(tag, ',')
    FROM (SELECT tag FROM tag WHERE tag.sweep_id = sweep.sweep_id ORDER BY tag)
  ) AS tags,
  note, lorabook_version, lapack, host, command, processor, lapack_threads, jobs, generator,
  git_commit, failure
FROM sweep;

CREATE VIEW spectra AS
SELECT
  sweep.sweep_id, sweep.name AS sweep, drawn_update.seed, draw.d, draw.k,
  sweep_profile.label AS profile, draw.noise, spectrum.position, spectrum.singular_value,
  recording.update_id, recording.recording_id
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN drawn_update ON drawn_update.update_id = recording.update_id
JOIN draw ON draw.draw_id = drawn_update.draw_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = sweep.sweep_id
  AND sweep_profile.prescription_id = draw.prescription_id
JOIN spectrum ON spectrum.update_id = recording.update_id;

PRAGMA user_version = 2;
