-- Adds the view `logged_runs`: what became of the runs that users logged. Views are made anew after the last migration,
-- so that in between there may be none.

DROP VIEW IF EXISTS curves;
DROP VIEW IF EXISTS executions;
DROP VIEW IF EXISTS metrics;
DROP VIEW IF EXISTS modules;
DROP VIEW IF EXISTS params;
DROP VIEW IF EXISTS run;
DROP VIEW IF EXISTS runs;
DROP VIEW IF EXISTS spectra;
DROP VIEW IF EXISTS spectrum;
DROP VIEW IF EXISTS sweeps;
DROP VIEW IF EXISTS trainings;
DROP VIEW IF EXISTS weight_update;

PRAGMA user_version = 4;
