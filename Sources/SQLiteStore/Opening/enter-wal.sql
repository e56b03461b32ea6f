-- Readers and the writer do not block each other in this mode; it stays with the file.
PRAGMA journal_mode = WAL;
