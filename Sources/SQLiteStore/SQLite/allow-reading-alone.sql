-- For a connection that must not change anything.
PRAGMA query_only = ON;
