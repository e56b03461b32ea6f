-- Changes when another connection has written (sqlite.org/pragma.html#pragma_data_version).
PRAGMA data_version;
