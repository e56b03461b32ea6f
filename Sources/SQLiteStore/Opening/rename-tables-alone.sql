-- Otherwise renaming a table reads every view, also those that somebody added, and fails where one cannot be
-- resolved meanwhile (sqlite.org/pragma.html#pragma_legacy_alter_table).
PRAGMA legacy_alter_table = ON;
