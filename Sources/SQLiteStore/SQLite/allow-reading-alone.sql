-- For a connection that is to change nothing.
PRAGMA query_only = ON;
