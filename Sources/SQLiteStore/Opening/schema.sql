-- Of this table's names, sqlite_master is the one that no other table or view can take.
SELECT type, name, tbl_name, sql FROM sqlite_master;
