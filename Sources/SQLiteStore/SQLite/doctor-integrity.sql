-- 'ok', or the faults of the file's pages, indexes and constraints, one per row.
PRAGMA integrity_check;
