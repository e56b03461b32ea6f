-- For a connection whose queries may sort or gather more rows than fit in memory.
PRAGMA temp_store = FILE;
-- SQLite's memory limit in bytes: a query that needs more ends.
PRAGMA hard_heap_limit = 1073741824;
