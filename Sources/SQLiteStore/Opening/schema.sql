-- sqlite_master: of the names of this table the one that no other can take.
SELECT type, name, tbl_name, sql FROM sqlite_master;
