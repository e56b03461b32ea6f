-- A copy that nobody writes is one file, which can be read where nothing can be written.
PRAGMA journal_mode = DELETE;
