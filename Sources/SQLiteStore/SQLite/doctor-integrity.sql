-- 'ok', or what is wrong with the file's pages, indexes and constraints, a row each.
PRAGMA integrity_check;
