-- Puts rows of every kind of evidence into a book that has a sweep and logged runs.
INSERT INTO training VALUES (
  1, 'adamw', 0.001, 1, NULL, NULL, 0.9, 0.999, 1e-8, 0.01, 'cosine', 10, 300, 'kaiming', NULL, 'white', 0, 8, NULL,
  'octaves', 1e6, 1
);
UPDATE cell SET training_id = 1 WHERE cell_id = (SELECT cell_id FROM measured_run WHERE run_id = 5);
INSERT INTO training_run VALUES
  (5, 'learned', NULL, 0.25, 0.1, 300, 1e-3, 0.98, 0.1 + 0.2, 12, 40, NULL, 3.5, 2.25);
INSERT INTO training_step VALUES
  (5, 0, 0.0, 12.5, 12.25, 1, 0, 0, 3.5, 1.0 / 3, 0, 0, 1e-9, 0.5, 0.125, NULL, 0.75),
  (5, 300, NULL, 0.25, NULL, 0.1, 0.99, NULL, NULL, 1, 2, 0.9, NULL, NULL, NULL, 0.5, 0.5);
INSERT INTO metric (metric, is_better_larger) VALUES ('eval_loss', 0), ('accuracy', 1);
INSERT INTO run_metric
SELECT 8, metric_id, CASE metric WHEN 'accuracy' THEN 0.1 + 0.2 END, CASE metric WHEN 'eval_loss' THEN 'nan' END
FROM metric WHERE is_built_in = 0;
INSERT INTO curve_point
SELECT 8, metric_id, 100, 1.0 / 3, NULL FROM metric WHERE metric = 'eval_loss'
UNION ALL
SELECT 8, metric_id, 200, NULL, '-inf' FROM metric WHERE metric = 'eval_loss';
INSERT INTO parameter_set VALUES (100, 'lr=0.0002;task=sst2');
INSERT INTO parameter VALUES (100, 'lr', '0.0002', 2e-4), (100, 'task', 'sst2', NULL);
UPDATE cell SET parameter_set_id = 100 WHERE cell_id = (SELECT cell_id FROM measured_run WHERE run_id = 8);
INSERT INTO run_info VALUES (8, 'host', 'a,b'), (8, 'epochs', '3');
INSERT INTO logged_run
SELECT 8, sweep_id, 'r16', execution_id, 'finished', started_at, NULL, '' FROM execution WHERE sweep_id = 1;
INSERT INTO origin (origin_id, d, k, content) VALUES (1000, 40, 30, printf('%064x', 7));
INSERT INTO delta VALUES (1000, 1000, NULL);
INSERT INTO spectrum_block (block_id, s1, s2) VALUES (1024000, 3.5, 0.1 + 0.2);
INSERT INTO module VALUES (
  1000, 'adapter', 'F32', printf('%064x', 8), NULL, 3.51, NULL, 1e-14, 2, 2, 1.01, 1.05, 1, 1, 2, NULL
);
INSERT INTO sweep (uuid, name, source, status, started_at, planned_runs, recorded_runs, spec)
VALUES ('00000000-0000-4000-8000-00000000abcd', 'real', 'measure', 'finished', '2026-01-02T03:04:05.678Z', 1, 1, 'x: y');
INSERT INTO execution (execution_id, uuid, sweep_id, shard, shards, started_at, lorabook_version, host, command)
SELECT 1000, uuid, sweep_id, 1, 4, started_at, '0.2.0', 'h', 'lorabook measure' FROM sweep WHERE name = 'real';
INSERT INTO sweep_module SELECT sweep_id, 0, 'layer.0.q_proj', 1000, 'adapter.safetensors', NULL, 32, 'lora'
FROM sweep WHERE name = 'real';
INSERT INTO cell (cell_id, sweep_id, d, k, rank, rule, scale)
SELECT 1000000, sweep_id, 40, 30, 2, 'unit', 1 FROM sweep WHERE name = 'real';
INSERT INTO recording (recording_id, sweep_id, execution_id, update_id, item, runs)
SELECT 1000000, sweep_id, 1000, 1000, 0, 1 FROM sweep WHERE name = 'real';
INSERT INTO measured_run VALUES (1000000, 1000000, 0, 0, 1);
