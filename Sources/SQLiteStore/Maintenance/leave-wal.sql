-- A copy without a log is one file, which can be read in a folder that takes no files.
PRAGMA journal_mode = DELETE;
