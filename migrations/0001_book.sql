-- The book: sweeps, the updates they share, the runs measured of them.

CREATE TABLE migration (
  version INTEGER PRIMARY KEY CHECK (version > 0),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  applied_at TEXT NOT NULL,
  lorabook_version TEXT NOT NULL
) STRICT;

-- One grid of settings, run once; or what was logged or imported under one name.
CREATE TABLE sweep (
  sweep_id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'interrupted', 'failed')),
  source TEXT NOT NULL CHECK (source IN ('sweep', 'log', 'import')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  planned_runs INTEGER NOT NULL CHECK (planned_runs >= 0),
  recorded_runs INTEGER NOT NULL DEFAULT 0 CHECK (recorded_runs >= 0),
  -- The canonical spec as YAML: `lorabook sweep` reads it back. Empty where nothing was computed here.
  spec TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  lorabook_version TEXT NOT NULL,
  git_commit TEXT,
  generator TEXT,
  lapack TEXT,
  lapack_threads INTEGER CHECK (lapack_threads > 0),
  jobs INTEGER CHECK (jobs > 0),
  host TEXT NOT NULL,
  processor TEXT,
  command TEXT NOT NULL,
  -- The process that records it, and since when it lives, so that a reader can tell whether it still does.
  boot_id TEXT,
  process_id INTEGER,
  process_start INTEGER,
  failure TEXT
) STRICT;

CREATE TABLE tag (
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  tag TEXT NOT NULL CHECK (tag <> '' AND instr(tag, ',') = 0),
  PRIMARY KEY (sweep_id, tag)
) STRICT, WITHOUT ROWID;

-- What singular values an update was given before noise, in the canonical text that decides whether two
-- are the same: `linear:5:0.5:4` (also for `style`), `values:5;3.5;2` (a file's), `external:LABEL`.
CREATE TABLE prescription (
  prescription_id INTEGER PRIMARY KEY,
  definition TEXT NOT NULL UNIQUE
) STRICT;

-- One simulated weight update. Two sweeps that name the same update share it and its spectrum.
CREATE TABLE weight_update (
  update_id INTEGER PRIMARY KEY,
  -- The random stream's frozen name; 'external' where the update was drawn elsewhere.
  generator TEXT NOT NULL,
  seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 4294967295),
  -- How many normals of the stream were drawn before its own.
  position INTEGER NOT NULL CHECK (position >= 0),
  d INTEGER NOT NULL CHECK (d > 0),
  k INTEGER NOT NULL CHECK (k > 0),
  prescription_id INTEGER NOT NULL REFERENCES prescription,
  -- NULL where what was logged or imported does not say.
  noise REAL CHECK (noise >= 0)
) STRICT;
CREATE UNIQUE INDEX weight_update_identity
  ON weight_update (seed, prescription_id, d, k, position, ifnull(noise, -1.0), generator);

-- σ₁ ≥ σ₂ ≥ …, position from 1.
CREATE TABLE spectrum (
  update_id INTEGER NOT NULL REFERENCES weight_update ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position > 0),
  singular_value REAL NOT NULL CHECK (singular_value >= 0),
  PRIMARY KEY (update_id, position)
) STRICT, WITHOUT ROWID;

-- The name under which a sweep knows a prescription: `style`, `file:spectrum.txt`.
CREATE TABLE sweep_profile (
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  prescription_id INTEGER NOT NULL REFERENCES prescription,
  label TEXT NOT NULL CHECK (label <> ''),
  PRIMARY KEY (sweep_id, prescription_id),
  UNIQUE (sweep_id, label)
) STRICT, WITHOUT ROWID;

-- The runs of a sweep that differ in the seed alone. A sweep's cells are there from its start, in the
-- grid's order: shapes, noise levels, profiles, ranks, alphas, rules.
CREATE TABLE cell (
  cell_id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL,
  prescription_id INTEGER NOT NULL,
  d INTEGER NOT NULL CHECK (d > 0),
  k INTEGER NOT NULL CHECK (k > 0),
  noise REAL CHECK (noise >= 0),
  rank INTEGER NOT NULL CHECK (rank BETWEEN 1 AND min(d, k)),
  alpha REAL NOT NULL,
  rule TEXT NOT NULL CHECK (rule <> ''),
  scale REAL NOT NULL,
  FOREIGN KEY (sweep_id, prescription_id) REFERENCES sweep_profile ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX cell_settings
  ON cell (sweep_id, prescription_id, d, k, rank, rule, alpha, scale, ifnull(noise, -1.0));

-- Count, mean and sum of squared deviations of a metric over a cell's finite values, kept in the
-- transaction that records them: what `show` needs whatever the number of runs.
CREATE TABLE cell_summary (
  cell_id INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
  metric TEXT NOT NULL CHECK (metric IN ('error', 'truncation_error', 'variance_captured')),
  n INTEGER NOT NULL CHECK (n > 0),
  mean REAL NOT NULL,
  squared_deviations REAL NOT NULL CHECK (squared_deviations >= 0),
  PRIMARY KEY (cell_id, metric)
) STRICT, WITHOUT ROWID;

-- An update measured in a sweep: its runs are recorded all or not at all.
CREATE TABLE recording (
  recording_id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  update_id INTEGER NOT NULL REFERENCES weight_update,
  UNIQUE (update_id, sweep_id)
) STRICT;
-- Gives a sweep's recordings in the order they were made.
CREATE INDEX recording_sweep ON recording (sweep_id);

-- SQLite keeps no NaN, and an infinity would be averaged as if it were a number: a measurement that
-- diverged is NULL here and named beside it, one that was not recorded is NULL in both.
CREATE TABLE run (
  run_id INTEGER PRIMARY KEY,
  recording_id INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
  cell_id INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
  error REAL,
  truncation_error REAL,
  variance_captured REAL,
  error_diverged TEXT CHECK (
    error_diverged IS NULL OR (error_diverged IN ('nan', 'inf', '-inf') AND error IS NULL)
  ),
  truncation_error_diverged TEXT CHECK (
    truncation_error_diverged IS NULL OR (truncation_error_diverged IN ('nan', 'inf', '-inf') AND truncation_error IS NULL)
  ),
  variance_captured_diverged TEXT CHECK (
    variance_captured_diverged IS NULL OR (variance_captured_diverged IN ('nan', 'inf', '-inf') AND variance_captured IS NULL)
  )
) STRICT;
CREATE INDEX run_recording ON run (recording_id);

CREATE VIEW runs AS
SELECT
  run.run_id, sweep.sweep_id, sweep.name AS sweep, weight_update.seed, cell.d, cell.k,
  sweep_profile.label AS profile, cell.noise, cell.rank, cell.alpha, cell.rule, cell.scale,
  run.error, run.truncation_error, run.variance_captured,
  run.error_diverged, run.truncation_error_diverged, run.variance_captured_diverged,
  recording.update_id, run.cell_id, recording.recording_id
FROM run
JOIN recording ON recording.recording_id = run.recording_id
JOIN weight_update ON weight_update.update_id = recording.update_id
JOIN cell ON cell.cell_id = run.cell_id
JOIN sweep ON sweep.sweep_id = recording.sweep_id
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
  sweep.sweep_id, sweep.name AS sweep, weight_update.seed, weight_update.d, weight_update.k,
  sweep_profile.label AS profile, weight_update.noise, spectrum.position, spectrum.singular_value,
  spectrum.update_id, recording.recording_id
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN weight_update ON weight_update.update_id = recording.update_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = sweep.sweep_id
  AND sweep_profile.prescription_id = weight_update.prescription_id
JOIN spectrum ON spectrum.update_id = recording.update_id;

-- 'LoRA' in ASCII says whose file this is, and the version which migrations it has seen.
PRAGMA application_id = 1282363969;
PRAGMA user_version = 1;
