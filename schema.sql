-- The tables, indexes and views of a new book. Made from migrations/ and views/ by 'make docs': edit those.

CREATE TABLE migration (
  version INTEGER PRIMARY KEY CHECK (version > 0),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  applied_at TEXT NOT NULL,
  lorabook_version TEXT NOT NULL
) STRICT;

CREATE TABLE tag (
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  tag TEXT NOT NULL CHECK (tag <> '' AND instr(tag, ',') = 0),
  PRIMARY KEY (sweep_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE prescription (
  prescription_id INTEGER PRIMARY KEY,
  definition TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE sweep_profile (
  sweep_id INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
  prescription_id INTEGER NOT NULL REFERENCES prescription,
  label TEXT NOT NULL CHECK (label <> ''),
  PRIMARY KEY (sweep_id, prescription_id),
  UNIQUE (sweep_id, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE spectrum_place (place INTEGER PRIMARY KEY CHECK (place BETWEEN 1 AND 32)) STRICT;

CREATE TABLE measured_run (
  run_id INTEGER PRIMARY KEY,
  cell_id INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
  error REAL,
  truncation_error REAL,
  variance_captured REAL
) STRICT;

CREATE TABLE metric (
  metric_id INTEGER PRIMARY KEY,
  metric TEXT NOT NULL UNIQUE CHECK (metric <> ''),
  -- NULL where nobody has said.
  is_better_larger INTEGER CHECK (is_better_larger IN (0, 1)),
  unit TEXT CHECK (unit <> ''),
  is_built_in INTEGER NOT NULL DEFAULT 0 CHECK (is_built_in IN (0, 1))
) STRICT;

CREATE TABLE source (
  source TEXT PRIMARY KEY,
  is_computed INTEGER NOT NULL CHECK (is_computed IN (0, 1))
) STRICT, WITHOUT ROWID;

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

CREATE UNIQUE INDEX origin_identity ON origin (
  ifnull(prescription_id, 0), ifnull(d, 0), ifnull(k, 0), ifnull(position, -1), ifnull(noise, -1.0),
  ifnull(generator, '')
) WHERE content IS NULL;

CREATE UNIQUE INDEX origin_content ON origin (content) WHERE content IS NOT NULL;

CREATE TABLE delta (
  update_id INTEGER PRIMARY KEY,
  origin_id INTEGER NOT NULL REFERENCES origin,
  -- NULL for a module, and for logged runs that name none.
  seed INTEGER CHECK (seed BETWEEN 0 AND 4294967295),
  UNIQUE (seed, origin_id)
) STRICT;

CREATE UNIQUE INDEX delta_without_seed ON delta (origin_id) WHERE seed IS NULL;

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

CREATE UNIQUE INDEX cell_settings ON cell (
  sweep_id, ifnull(prescription_id, 0), ifnull(d, 0), ifnull(k, 0), ifnull(rank, 0), ifnull(rule, ''),
  ifnull(alpha, ''), ifnull(label_scale, ''), ifnull(noise, -1.0), ifnull(training_id, 0),
  ifnull(parameter_set_id, 0)
);

CREATE TABLE cell_summary (
  cell_id INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
  metric TEXT NOT NULL REFERENCES metric (metric),
  n INTEGER NOT NULL CHECK (n > 0),
  mean REAL NOT NULL,
  squared_deviations REAL NOT NULL CHECK (squared_deviations >= 0),
  PRIMARY KEY (cell_id, metric)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX recording_update ON recording (update_id, sweep_id);

CREATE INDEX recording_sweep ON recording (sweep_id);

CREATE UNIQUE INDEX recording_item ON recording (sweep_id, item) WHERE item IS NOT NULL;

CREATE UNIQUE INDEX recording_sequence ON recording (execution_id, sequence) WHERE sequence IS NOT NULL;

CREATE TABLE divergence (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric TEXT NOT NULL REFERENCES metric (metric),
  value TEXT NOT NULL CHECK (value IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX logged_run_running ON logged_run (execution_id) WHERE status = 'running';

CREATE TABLE run_metric (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric,
  value REAL,
  diverged TEXT CHECK (diverged IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric_id),
  CHECK ((value IS NULL) = (diverged IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE curve_point (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric,
  step INTEGER NOT NULL CHECK (step >= 0),
  value REAL,
  diverged TEXT CHECK (diverged IN ('nan', 'inf', '-inf')),
  PRIMARY KEY (run_id, metric_id, step),
  CHECK ((value IS NULL) = (diverged IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE run_info (
  run_id INTEGER NOT NULL REFERENCES measured_run ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (name <> ''),
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE VIEW curves AS
SELECT
  training_step.run_id, sweep.sweep_id, sweep.name AS sweep, training_step.step,
  training_step.learning_rate, training_step.loss, training_step.train_loss, training_step.error,
  training_step.energy_recovered, training_step.grad_norm_a, training_step.grad_norm_b,
  training_step.norm_a, training_step.norm_b, training_step.adapter_norm,
  training_step.step_change, training_step.step_cosine, training_step.step_gain,
  training_step.alignment_out, training_step.alignment_in
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN training_step
WHERE training_step.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

CREATE VIEW executions AS
SELECT
  execution.execution_id, execution.sweep_id, sweep.name AS sweep, execution.uuid, execution.shard,
  execution.shards, execution.started_at, execution.finished_at, execution.host,
  execution.processor, execution.lapack, execution.lapack_threads, execution.jobs,
  execution.generator, execution.lorabook_version, execution.git_commit, execution.command
FROM execution
JOIN sweep ON sweep.sweep_id = execution.sweep_id;

CREATE VIEW logged_runs AS
SELECT
  logged_run.run_id, logged_run.sweep_id, sweep.name AS sweep, logged_run.name AS run,
  logged_run.status, logged_run.started_at, logged_run.finished_at, logged_run.note,
  logged_run.execution_id
FROM logged_run
JOIN sweep ON sweep.sweep_id = logged_run.sweep_id;

CREATE VIEW metrics AS
SELECT
  run_metric.run_id, sweep.sweep_id, sweep.name AS sweep, NULL AS step, metric.metric,
  run_metric.value, run_metric.diverged
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN run_metric
JOIN metric ON metric.metric_id = run_metric.metric_id
WHERE run_metric.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
UNION ALL
SELECT
  curve_point.run_id, sweep.sweep_id, sweep.name AS sweep, curve_point.step, metric.metric,
  curve_point.value, curve_point.diverged
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN curve_point
JOIN metric ON metric.metric_id = curve_point.metric_id
WHERE curve_point.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

CREATE VIEW modules AS
SELECT
  sweep.sweep_id, sweep.name AS sweep, sweep_module.update_id, sweep_module.name AS module,
  origin.d, origin.k, module.kind, sweep_module.file, module.sha256, sweep_module.base_file,
  module.base_sha256, module.dtype, module.frobenius_norm, module.base_norm,
  module.rounding_floor, module.adapter_rank, sweep_module.adapter_alpha,
  sweep_module.adapter_rule, module.adapter_scale, module.stable_rank, module.effective_rank,
  module.rank_90, module.rank_95, module.rank_99, module.noise_rank
FROM sweep
JOIN sweep_module ON sweep_module.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = sweep_module.update_id
JOIN origin ON origin.origin_id = delta.origin_id
JOIN module ON module.origin_id = origin.origin_id;

CREATE VIEW params AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, parameter.name, parameter.value,
  'param' AS kind
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN measured_run
JOIN cell ON cell.cell_id = +measured_run.cell_id
JOIN parameter ON parameter.parameter_set_id = cell.parameter_set_id
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
UNION ALL
SELECT
  run_info.run_id, sweep.sweep_id, sweep.name AS sweep, run_info.name, run_info.value,
  'info' AS kind
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
CROSS JOIN run_info
WHERE run_info.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

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
  ) AS variance_captured_diverged,
  recording.update_id
FROM recording
CROSS JOIN measured_run
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

CREATE VIEW runs AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, delta.seed, cell.d, cell.k,
  ifnull(sweep_profile.label, sweep_module.name) AS profile, cell.noise, cell.rank, cell.alpha,
  cell.rule, cell.scale,
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
  recording.update_id, cell.cell_id, recording.recording_id, sweep.source,
  (SELECT name FROM logged_run WHERE logged_run.run_id = measured_run.run_id) AS run,
  (SELECT optimizer FROM training WHERE training.training_id = cell.training_id) AS optimizer,
  (
    SELECT learning_rate FROM training WHERE training.training_id = cell.training_id
  ) AS learning_rate,
  cell.label_scale
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = recording.update_id
JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = sweep.sweep_id
  AND sweep_profile.prescription_id = origin.prescription_id
LEFT JOIN sweep_module
  ON sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
CROSS JOIN measured_run
JOIN cell ON cell.cell_id = +measured_run.cell_id
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

CREATE VIEW spectra AS
SELECT
  sweep.sweep_id, sweep.name AS sweep, delta.seed, origin.d, origin.k,
  ifnull(sweep_profile.label, sweep_module.name) AS profile, origin.noise, spectrum.position,
  spectrum.singular_value,
  recording.update_id, recording.recording_id
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = recording.update_id
JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = sweep.sweep_id
  AND sweep_profile.prescription_id = origin.prescription_id
LEFT JOIN sweep_module
  ON sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
JOIN spectrum ON spectrum.update_id = recording.update_id;

CREATE VIEW spectrum AS
SELECT update_id, position, singular_value
FROM (
  SELECT
    delta.update_id,
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
  FROM delta
  CROSS JOIN spectrum_block
  CROSS JOIN spectrum_place
  WHERE spectrum_block.block_id BETWEEN delta.update_id << 10 AND (delta.update_id << 10) + 1023
)
WHERE singular_value IS NOT NULL;

CREATE VIEW sweeps AS
SELECT
  sweep.sweep_id, sweep.uuid, sweep.name, sweep.status, sweep.source, sweep.started_at,
  sweep.finished_at, sweep.planned_runs, sweep.recorded_runs, sweep.spec,
  (
    SELECT group_concat(tag, ',')
    FROM (SELECT tag FROM tag WHERE tag.sweep_id = sweep.sweep_id ORDER BY tag)
  ) AS tags,
  sweep.note, execution.lorabook_version, execution.lapack, execution.host, execution.command,
  execution.processor, execution.lapack_threads, execution.jobs, execution.generator,
  execution.git_commit, sweep.failure
FROM sweep
LEFT JOIN execution ON execution.execution_id = (
  SELECT min(first.execution_id) FROM execution AS first WHERE first.sweep_id = sweep.sweep_id
);

CREATE VIEW trainings AS
SELECT
  measured_run.run_id, sweep.sweep_id, sweep.name AS sweep, delta.seed, cell.d, cell.k,
  sweep_profile.label AS profile, cell.noise, cell.rank, cell.alpha, cell.rule, cell.scale,
  training.optimizer, training.learning_rate, training.lr_ratio, training.momentum,
  training.nesterov, training.beta1, training.beta2, training.eps, training.weight_decay,
  training.schedule, training.warmup, training.steps, training.init, training.init_seed,
  training.inputs, training.samples, training.batch, training.data_seed, training.record,
  training.divergence, training_run.status, training_run.diverged_at, training_run.final_loss,
  measured_run.error AS final_error, training_run.best_error, training_run.best_step,
  measured_run.truncation_error, measured_run.variance_captured, training_run.loss_floor,
  training_run.share, training_run.regret, training_run.steps_to_half, training_run.steps_to_90,
  training_run.steps_to_99, training_run.sharpness_start, training_run.sharpness_end
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = recording.update_id
CROSS JOIN measured_run
JOIN training_run ON training_run.run_id = measured_run.run_id
JOIN cell ON cell.cell_id = +measured_run.cell_id
JOIN training ON training.training_id = cell.training_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
WHERE measured_run.run_id BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1;

CREATE VIEW weight_update AS
SELECT
  delta.update_id, origin.generator, delta.seed, origin.position, origin.d, origin.k,
  origin.prescription_id, origin.noise, delta.origin_id, origin.content
FROM delta
JOIN origin ON origin.origin_id = delta.origin_id;
