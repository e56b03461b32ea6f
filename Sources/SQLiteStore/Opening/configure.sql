-- The settings of every connection to a book. FULL: a commit is on disk when it returns
-- (sqlite.org/pragma.html#pragma_synchronous).
PRAGMA foreign_keys = ON;
PRAGMA legacy_alter_table = OFF;
PRAGMA synchronous = FULL;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
-- A log that grew during a long read is truncated when it starts over.
PRAGMA journal_size_limit = 67108864;
