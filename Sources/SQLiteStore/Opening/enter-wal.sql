-- Readers and the writer do not block each other in this mode, which the file keeps.
PRAGMA journal_mode = WAL;
