-- The contents of a book of any version.
SELECT count(*), total(recorded_runs) FROM sweep;
