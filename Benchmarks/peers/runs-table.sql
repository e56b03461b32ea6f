-- The columns of the view `runs` as a plain table.
CREATE TABLE runs (
  run_id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL,
  sweep TEXT NOT NULL,
  seed INTEGER NOT NULL,
  d INTEGER NOT NULL,
  k INTEGER NOT NULL,
  profile TEXT NOT NULL,
  noise REAL,
  rank INTEGER NOT NULL,
  alpha REAL NOT NULL,
  rule TEXT NOT NULL,
  scale REAL NOT NULL,
  error REAL,
  truncation_error REAL,
  variance_captured REAL
) STRICT;
