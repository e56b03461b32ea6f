-- Makes room for four kinds of evidence: simulated, trained, measured and logged runs share one book. Provenance moves
-- to executions, what an update comes from to origins; what does not apply is NULL. From here on views stand in `views/`.

DROP VIEW runs;
DROP VIEW sweeps;
DROP VIEW spectra;
DROP VIEW run;
DROP VIEW weight_update;
DROP VIEW spectrum;
DROP INDEX draw_identity;
DROP INDEX cell_settings;
DROP INDEX recording_update;
DROP INDEX recording_sweep;

-- What can be measured of a run, or of a step of it. Users name metrics of their own.
CREATE TABLE metric (
  metric_id INTEGER PRIMARY KEY,
  metric TEXT NOT NULL UNIQUE CHECK (metric <> ''),
  -- NULL where nobody has said.
  is_better_larger INTEGER CHECK (is_better_larger IN (0, 1)),
  unit TEXT CHECK (unit <> ''),
  is_built_in INTEGER NOT NULL DEFAULT 0 CHECK (is_built_in IN (0, 1))
) STRICT;
INSERT INTO metric (metric, is_better_larger, is_built_in) VALUES
  ('error', 0, 1), ('truncation_error', 0, 1), ('variance_captured', 1, 1), ('final_loss', 0, 1),
  ('best_error', 0, 1), ('best_step', NULL, 1), ('loss_floor', 0, 1), ('share', 1, 1), ('regret', 0, 1),
  ('steps_to_half', 0, 1), ('steps_to_90', 0, 1), ('steps_to_99', 0, 1), ('sharpness_start', NULL, 1),
  ('sharpness_end', NULL, 1);

-- Which command made a sweep, and whether its runs were computed by lorabook, so that it can be resumed.
CREATE TABLE source (
  source TEXT PRIMARY KEY,
  is_computed INTEGER NOT NULL CHECK (is_computed IN (0, 1))
) STRICT, WITHOUT ROWID;
INSERT INTO source (source, is_computed) VALUES
  ('sweep', 1), ('train', 1), ('measure', 1), ('log', 0), ('import', 0);

ALTER TABLE sweep RENAME TO sweep_2;
CREATE TABLE sweep (
  sweep_id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  source TEXT NOT NULL REFERENCES source,
  status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'interrupted', 'failed')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  -- Of the whole grid, also where only a shard of it was computed here.
  planned_runs INTEGER NOT NULL CHECK (planned_runs >= 0),
  recorded_runs INTEGER NOT NULL DEFAULT 0 CHECK (recorded_runs >= 0),
  -- The canonical spec as YAML. Empty where nothing was computed here.
  spec TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  failure TEXT
) STRICT;
INSERT INTO sweep (
  sweep_id, uuid, name, source, status, started_at, finished_at, planned_runs, recorded_runs, spec, note, failure
)
SELECT
  sweep_id, uuid, name, source, status, started_at, finished_at, planned_runs, recorded_runs, spec, note, failure
FROM sweep_2;
-- Ids of removed sweeps are not given again.
DELETE FROM sqlite_sequence WHERE name = 'sweep';
UPDATE sqlite_sequence SET name = 'sweep' WHERE name = 'sweep_2';

-- One process that records a sweep or a shard of one: by what, where and when.
CREATE TABLE execution (
  execution_id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  -- The part `shard` of `shards` of the grid; NULL where it may record all of it.
  shard INTEGER CHECK (shard BETWEEN 1 AND shards),
  shards INTEGER CHECK ((shards IS NULL) = (shard IS NULL)),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  lorabook_version TEXT NOT NULL,
  git_commit TEXT,
  generator TEXT,
  lapack TEXT,
  lapack_threads INTEGER CHECK (lapack_threads > 0),
  jobs INTEGER CHECK (jobs > 0),
  host TEXT NOT NULL,
  processor TEXT,
  command TEXT NOT NULL,
  -- The process, and since when it lives, so that a reader can tell whether it still does.
  boot_id TEXT,
  process_id INTEGER,
  process_start INTEGER
) STRICT;
CREATE INDEX execution_sweep ON execution (sweep_id);
-- An execution keeps the uuid of its sweep, so that two books that are upgraded apart agree.
INSERT INTO execution (
  execution_id, uuid, sweep_id, started_at, finished_at, lorabook_version, git_commit, generator, lapack,
  lapack_threads, jobs, host, processor, command, boot_id, process_id, process_start
)
SELECT
  sweep_id, uuid, sweep_id, started_at, finished_at, lorabook_version, git_commit, generator, lapack,
  lapack_threads, jobs, host, processor, command, boot_id, process_id, process_start
FROM sweep_2;

-- Where updates come from that differ in the seed alone. A drawn one has a generator and a position in its stream, one
-- that was read from files has its content; of a logged run any setting may be absent.
CREATE TABLE origin (
  origin_id INTEGER PRIMARY KEY,
  -- NULL where the update was read from files: each sweep that measured it has a name of its own for it.
  prescription_id INTEGER REFERENCES prescription,
  d INTEGER CHECK (d > 0),
  k INTEGER CHECK (k > 0),
  noise REAL CHECK (noise >= 0),
  -- The random stream's frozen name, and how many of its normals are drawn before the update's own.
  generator TEXT CHECK (generator <> ''),
  position INTEGER CHECK (position >= 0),
  -- The sha256 of a module's kind, scale, and its tensors' types, shapes and bytes: where it is the same, so is the
  -- update.
  content TEXT CHECK (length(content) = 64),
  CHECK ((d IS NULL) = (k IS NULL)),
  CHECK ((generator IS NULL) = (position IS NULL)),
  CHECK (generator IS NULL OR (prescription_id IS NOT NULL AND d IS NOT NULL AND content IS NULL)),
  CHECK (content IS NULL OR (d IS NOT NULL AND prescription_id IS NULL AND noise IS NULL))
) STRICT;
INSERT INTO origin (origin_id, prescription_id, d, k, noise, generator, position)
SELECT
  draw_id, prescription_id, d, k, noise, nullif(generator, 'external'),
  CASE WHEN generator <> 'external' THEN position END
FROM draw;
CREATE UNIQUE INDEX origin_identity ON origin (
  ifnull(prescription_id, 0), ifnull(d, 0), ifnull(k, 0), ifnull(position, -1), ifnull(noise, -1.0),
  ifnull(generator, '')
) WHERE content IS NULL;
CREATE UNIQUE INDEX origin_content ON origin (content) WHERE content IS NOT NULL;

-- One weight update ΔW. Sweeps that name the same update share it and its spectrum.
CREATE TABLE delta (
  update_id INTEGER PRIMARY KEY,
  origin_id INTEGER NOT NULL REFERENCES origin,
  -- NULL for a module, and for logged runs that name none.
  seed INTEGER CHECK (seed BETWEEN 0 AND 4294967295),
  UNIQUE (seed, origin_id)
) STRICT;
INSERT INTO delta (update_id, origin_id, seed)
SELECT update_id, draw_id, seed FROM drawn_update ORDER BY update_id;
-- To the constraint above two that have no seed are never the same.
CREATE UNIQUE INDEX delta_without_seed ON delta (origin_id) WHERE seed IS NULL;

ALTER TABLE spectrum_block RENAME TO spectrum_block_2;
-- An update's singular values, 32 a row. block_id is update_id·1024 + the number of the block from 0, so
-- that an update's blocks are one range of the table; the last one is NULL after its values.
CREATE TABLE spectrum_block (
  block_id INTEGER PRIMARY KEY,
  update_id INTEGER GENERATED ALWAYS AS (block_id >> 10) VIRTUAL REFERENCES delta,
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
INSERT INTO spectrum_block (
  block_id,
  s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19, s20, s21, s22,
  s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
)
SELECT
  block_id,
  s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19, s20, s21, s22,
  s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
FROM spectrum_block_2
ORDER BY block_id;

-- What was found of an update that was read from files, whichever sweep measured it.
CREATE TABLE module (
  origin_id INTEGER PRIMARY KEY REFERENCES origin ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('adapter', 'difference', 'matrix')),
  dtype TEXT NOT NULL CHECK (dtype <> ''),
  -- Over the tensors' types, shapes and bytes: of B and A, of the tuned tensor, of the matrix; and of the base.
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  base_sha256 TEXT CHECK (length(base_sha256) = 64),
  frobenius_norm REAL NOT NULL CHECK (frobenius_norm >= 0),
  base_norm REAL CHECK (base_norm >= 0),
  -- The energy that rounding to the files' types can account for.
  rounding_floor REAL CHECK (rounding_floor >= 0),
  adapter_rank INTEGER CHECK (adapter_rank > 0),
  adapter_scale REAL,
  stable_rank REAL CHECK (stable_rank >= 0),
  effective_rank REAL CHECK (effective_rank >= 0),
  rank_90 INTEGER CHECK (rank_90 >= 0),
  rank_95 INTEGER CHECK (rank_95 >= 0),
  rank_99 INTEGER CHECK (rank_99 >= 0),
  noise_rank INTEGER CHECK (noise_rank >= 0),
  CHECK ((kind = 'adapter') = (adapter_rank IS NOT NULL)),
  CHECK ((adapter_rank IS NULL) = (adapter_scale IS NULL))
) STRICT;

-- What a sweep measured as an item of its own: under which name, from which files. Two items may hold the same update.
CREATE TABLE sweep_module (
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  item INTEGER NOT NULL CHECK (item >= 0),
  name TEXT NOT NULL CHECK (name <> ''),
  update_id INTEGER NOT NULL REFERENCES delta,
  file TEXT NOT NULL CHECK (file <> ''),
  base_file TEXT CHECK (base_file <> ''),
  -- What gave the scale of an adapter, as its configuration says.
  adapter_alpha REAL,
  adapter_rule TEXT CHECK (adapter_rule <> ''),
  PRIMARY KEY (sweep_id, item),
  UNIQUE (sweep_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX sweep_module_update ON sweep_module (update_id);

-- How the factors of a run were trained: every setting but the rank, α and the rule. A setting that an optimizer does
-- not have is NULL, and so is a seed that follows from the update's.
CREATE TABLE training (
  training_id INTEGER PRIMARY KEY,
  optimizer TEXT NOT NULL,
  learning_rate REAL NOT NULL CHECK (learning_rate > 0),
  lr_ratio REAL NOT NULL CHECK (lr_ratio > 0),
  momentum REAL CHECK (momentum >= 0),
  nesterov INTEGER CHECK (nesterov IN (0, 1)),
  beta1 REAL CHECK (beta1 >= 0 AND beta1 < 1),
  beta2 REAL CHECK (beta2 >= 0 AND beta2 < 1),
  eps REAL CHECK (eps >= 0),
  weight_decay REAL NOT NULL CHECK (weight_decay >= 0),
  schedule TEXT NOT NULL,
  warmup INTEGER NOT NULL CHECK (warmup >= 0),
  steps INTEGER NOT NULL CHECK (steps > 0),
  init TEXT NOT NULL,
  init_seed INTEGER CHECK (init_seed BETWEEN 0 AND 4294967295),
  inputs TEXT NOT NULL,
  samples INTEGER NOT NULL CHECK (samples >= 0),
  batch INTEGER NOT NULL CHECK (batch >= 0),
  data_seed INTEGER CHECK (data_seed BETWEEN 0 AND 4294967295),
  record TEXT NOT NULL,
  divergence REAL NOT NULL CHECK (divergence > 0),
  sharpness INTEGER NOT NULL CHECK (sharpness IN (0, 1)),
  CHECK (samples = 0 OR batch = 0)
) STRICT;
CREATE UNIQUE INDEX training_identity ON training (
  optimizer, learning_rate, lr_ratio, ifnull(momentum, -1.0), ifnull(nesterov, -1), ifnull(beta1, -1.0),
  ifnull(beta2, -1.0), ifnull(eps, -1.0), weight_decay, schedule, warmup, steps, init, ifnull(init_seed, -1),
  inputs, samples, batch, ifnull(data_seed, -1), record, divergence, sharpness
);

-- The parameters that a user gave a logged run: they tell cells apart. `definition` is their canonical text, empty where
-- there are none.
CREATE TABLE parameter_set (
  parameter_set_id INTEGER PRIMARY KEY,
  definition TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE parameter (
  parameter_set_id INTEGER NOT NULL REFERENCES parameter_set ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (name <> ''),
  -- A number as the shortest text that reads back to it.
  value TEXT NOT NULL,
  -- The value again where it is a number.
  number REAL,
  PRIMARY KEY (parameter_set_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO parameter_set (definition)
SELECT '' WHERE EXISTS (
  SELECT 1 FROM cell JOIN sweep ON sweep.sweep_id = cell.sweep_id WHERE sweep.source <> 'sweep'
);

ALTER TABLE cell RENAME TO cell_2;
-- The runs of a sweep that differ in the seed alone, or in the module.
CREATE TABLE cell (
  cell_id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  -- NULL also where modules are the repeats.
  prescription_id INTEGER,
  d INTEGER CHECK (d > 0),
  k INTEGER CHECK (k > 0),
  noise REAL CHECK (noise >= 0),
  rank INTEGER CHECK (rank >= 1 AND rank <= min(d, k)),
  alpha REAL,
  rule TEXT CHECK (rule <> ''),
  scale REAL,
  -- The scale again where rule, α and rank do not give it, as where the rule is a label: then it tells cells apart.
  label_scale REAL CHECK (label_scale = scale),
  -- NULL where the factors were not trained here.
  training_id INTEGER REFERENCES training,
  -- NULL where the runs are computed; of others any setting may be absent.
  parameter_set_id INTEGER REFERENCES parameter_set,
  CHECK ((d IS NULL) = (k IS NULL)),
  CHECK (
    parameter_set_id IS NOT NULL
    OR (
      d IS NOT NULL AND rank IS NOT NULL AND rule IS NOT NULL AND scale IS NOT NULL
      AND (alpha IS NOT NULL OR rule = 'unit')
    )
  ),
  FOREIGN KEY (sweep_id, prescription_id) REFERENCES sweep_profile ON DELETE CASCADE
) STRICT;
WITH
settings AS (
  SELECT
    cell_2.*, sweep.source,
    dense_rank() OVER (
      ORDER BY cell_2.sweep_id, prescription_id, d, k, rank, rule, alpha, noise
    ) AS setting
  FROM cell_2
  JOIN sweep ON sweep.sweep_id = cell_2.sweep_id
),
labelled AS (
  SELECT
    *,
    CASE
      WHEN source = 'sweep' THEN 0
      WHEN rule = 'lora' THEN abs(scale - alpha / rank) > 1e-9 * abs(scale)
      -- s = α/√r without a root, which not every SQLite takes.
      WHEN rule = 'rslora'
        THEN abs(scale * scale * rank - alpha * alpha) > 2e-9 * alpha * alpha OR scale * alpha < 0
      WHEN rule = 'unit' THEN scale <> 1
      -- Nor has each of them a power: where the settings have one scale it is taken for the rule's.
      WHEN rule GLOB 'power:*' AND substr(rule, 7) NOT GLOB '*[^-+.0-9eE]*' AND substr(rule, 7) GLOB '*[0-9]*'
        THEN min(scale) OVER same < max(scale) OVER same
      ELSE 1
    END AS is_label
  FROM settings
  WINDOW same AS (PARTITION BY setting)
)
INSERT INTO cell (
  cell_id, sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale, label_scale, parameter_set_id
)
SELECT
  cell_id, sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale,
  -- Of scales that differ in their last digits alone the first is the rule's.
  CASE
    WHEN is_label OR row_number() OVER (PARTITION BY setting, is_label ORDER BY cell_id) > 1 THEN scale
  END,
  CASE WHEN source <> 'sweep' THEN (SELECT parameter_set_id FROM parameter_set) END
FROM labelled
ORDER BY cell_id;
CREATE UNIQUE INDEX cell_settings ON cell (
  sweep_id, ifnull(prescription_id, 0), ifnull(d, 0), ifnull(k, 0), ifnull(rank, 0), ifnull(rule, ''),
  ifnull(alpha, ''), ifnull(label_scale, ''), ifnull(noise, -1.0), ifnull(training_id, 0),
  ifnull(parameter_set_id, 0)
);
DROP TABLE cell_2;

ALTER TABLE cell_summary RENAME TO cell_summary_2;
-- Count, mean and sum of squared deviations of a metric over a cell's finite values, kept in the
-- transaction that records them: what `show` needs whatever the number of runs.
CREATE TABLE cell_summary (
  cell_id INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
  metric TEXT NOT NULL REFERENCES metric (metric),
  n INTEGER NOT NULL CHECK (n > 0),
  mean REAL NOT NULL,
  squared_deviations REAL NOT NULL CHECK (squared_deviations >= 0),
  PRIMARY KEY (cell_id, metric)
) STRICT, WITHOUT ROWID;
INSERT INTO cell_summary (cell_id, metric, n, mean, squared_deviations)
SELECT cell_id, metric, n, mean, squared_deviations FROM cell_summary_2;
DROP TABLE cell_summary_2;

ALTER TABLE recording RENAME TO recording_2;
-- Runs of one update in one sweep that were recorded together, all or none of them. recording_id is the id of the
-- first; the others follow it.
CREATE TABLE recording (
  recording_id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  execution_id INTEGER NOT NULL REFERENCES execution,
  update_id INTEGER NOT NULL REFERENCES delta,
  -- Which item of the sweep's grid they are, from 0: a computed sweep has recorded the set of its items.
  item INTEGER CHECK (item >= 0),
  -- Where nothing is computed: how many runs the execution had recorded before. A run is known by its execution and its
  -- place there, however the runs of several executions are mixed or divided.
  sequence INTEGER CHECK (sequence >= 0),
  runs INTEGER NOT NULL CHECK (runs > 0),
  CHECK ((item IS NULL) <> (sequence IS NULL))
) STRICT;
-- Until now a computed sweep recorded its grid from the first item on, without holes.
INSERT INTO recording (recording_id, sweep_id, execution_id, update_id, item, sequence, runs)
SELECT
  recording_2.recording_id, recording_2.sweep_id, recording_2.sweep_id, recording_2.update_id,
  CASE
    WHEN sweep.source = 'sweep'
    THEN row_number() OVER (PARTITION BY recording_2.sweep_id ORDER BY recording_2.recording_id) - 1
  END,
  CASE
    WHEN sweep.source <> 'sweep'
    THEN sum(recording_2.runs) OVER (
      PARTITION BY recording_2.sweep_id ORDER BY recording_2.recording_id ROWS UNBOUNDED PRECEDING
    ) - recording_2.runs
  END,
  recording_2.runs
FROM recording_2
JOIN sweep ON sweep.sweep_id = recording_2.sweep_id
ORDER BY recording_2.recording_id;
CREATE INDEX recording_update ON recording (update_id, sweep_id);
CREATE INDEX recording_sweep ON recording (sweep_id);
CREATE UNIQUE INDEX recording_item ON recording (sweep_id, item) WHERE item IS NOT NULL;
CREATE UNIQUE INDEX recording_sequence ON recording (execution_id, sequence) WHERE sequence IS NOT NULL;
DROP TABLE recording_2;

ALTER TABLE divergence RENAME TO divergence_2;
-- SQLite keeps no NaN, and an infinity would be averaged as if it were a number: a measurement that
-- diverged is NULL in its run and named here; one that was not recorded is NULL there and not here.
CREATE TABLE divergence (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric TEXT NOT NULL REFERENCES metric (metric),
  value TEXT NOT NULL CHECK (value IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric)
) STRICT, WITHOUT ROWID;
INSERT INTO divergence (run_id, metric, value) SELECT run_id, metric, value FROM divergence_2;
DROP TABLE divergence_2;

-- What a training came to. Its final error is the run's `error`.
CREATE TABLE training_run (
  run_id INTEGER PRIMARY KEY REFERENCES measured_run ON DELETE CASCADE,
  status TEXT NOT NULL CHECK (status IN ('learned', 'unlearned', 'diverged')),
  -- How many updates were made when it diverged.
  diverged_at INTEGER CHECK (diverged_at >= 0),
  final_loss REAL,
  best_error REAL,
  best_step INTEGER,
  loss_floor REAL,
  share REAL,
  regret REAL,
  steps_to_half INTEGER,
  steps_to_90 INTEGER,
  steps_to_99 INTEGER,
  sharpness_start REAL,
  sharpness_end REAL,
  CHECK ((status = 'diverged') = (diverged_at IS NOT NULL))
) STRICT;

-- The state of a training before the update of that number, and what that update did.
CREATE TABLE training_step (
  run_id INTEGER NOT NULL REFERENCES training_run ON DELETE CASCADE,
  step INTEGER NOT NULL CHECK (step >= 0),
  learning_rate REAL,
  loss REAL,
  train_loss REAL,
  error REAL,
  energy_recovered REAL,
  grad_norm_a REAL,
  grad_norm_b REAL,
  norm_a REAL,
  norm_b REAL,
  adapter_norm REAL,
  step_change REAL,
  step_cosine REAL,
  step_gain REAL,
  alignment_out REAL,
  alignment_in REAL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- What is known of a logged run besides: its name in the sweep, its start and end, and what became of it.
CREATE TABLE logged_run (
  run_id INTEGER PRIMARY KEY REFERENCES measured_run ON DELETE CASCADE,
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  -- NULL where it is known by its execution and sequence alone.
  name TEXT CHECK (name <> ''),
  -- The process that logs it, the last where several did.
  execution_id INTEGER NOT NULL REFERENCES execution,
  status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'failed', 'crashed')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (sweep_id, name)
) STRICT;
-- Whoever records looks for those whose process is gone.
CREATE INDEX logged_run_running ON logged_run (execution_id) WHERE status = 'running';

-- The end value of a metric that a user named; one that diverged is NULL and named beside.
CREATE TABLE run_metric (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric,
  value REAL,
  diverged TEXT CHECK (diverged IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric_id),
  CHECK ((value IS NULL) = (diverged IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- The same of a step.
CREATE TABLE curve_point (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric,
  step INTEGER NOT NULL CHECK (step >= 0),
  value REAL,
  diverged TEXT CHECK (diverged IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric_id, step),
  CHECK ((value IS NULL) = (diverged IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What a user said of a run that tells no cells apart, such as the host and the git commit.
CREATE TABLE run_info (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (name <> ''),
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

DROP TABLE spectrum_block_2;
DROP TABLE drawn_update;
DROP TABLE draw;
DROP TABLE sweep_2;

PRAGMA user_version = 3;
