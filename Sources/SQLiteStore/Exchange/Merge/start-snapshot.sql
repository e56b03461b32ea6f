-- The first read of a transaction determines which state of the file it sees.
SELECT count(*) FROM sqlite_schema;
