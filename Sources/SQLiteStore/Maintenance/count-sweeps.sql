-- How much a book of any version holds.
SELECT count(*), total(recorded_runs) FROM sweep;
