-- For a file that is useless until it is complete, and is synced to disk then.
PRAGMA synchronous = OFF;
