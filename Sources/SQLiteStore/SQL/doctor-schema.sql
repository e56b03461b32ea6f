-- What the file is made of, but for what SQLite keeps for itself and for ANALYZE.
SELECT type, name, sql FROM sqlite_schema
WHERE name NOT LIKE 'sqlite\_stat%' ESCAPE '\'
ORDER BY type, name;
