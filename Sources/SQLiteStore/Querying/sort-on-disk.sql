-- For a connection whose questions may sort or gather more rows than there is memory.
PRAGMA temp_store = FILE;
-- What SQLite itself may take, in bytes: a question that needs more ends.
PRAGMA hard_heap_limit = 1073741824;
