-- The first read of a transaction settles which state of the file it sees.
SELECT count(*) FROM sqlite_schema;
