-- For a connection whose questions may sort or gather more rows than there is memory.
PRAGMA temp_store = FILE;
