-- Otherwise renaming a table reads every view, including a user's own, and fails if one cannot be
-- resolved meanwhile (sqlite.org/pragma.html#pragma_legacy_alter_table).
PRAGMA legacy_alter_table = ON;
