// SQLite as its library declares it, and what Swift cannot call of it: macros and variadic functions.
#ifndef LORABOOK_CSQLITE_H
#define LORABOOK_CSQLITE_H

#include <sqlite3.h>

// Binds a text that SQLite copies; the macro SQLITE_TRANSIENT is a cast that Swift does not import.
int lorabook_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes);

// The result of a function as a text that SQLite copies.
void lorabook_result_text(sqlite3_context *context, const char *text, int bytes);

// A text as SQLite allocates and frees it, such as a message; NULL without memory.
char *lorabook_copied_text(const char *text);

// sqlite3_vtab_config with SQLITE_VTAB_DIRECTONLY, for the table being connected; it is variadic in C.
int lorabook_vtab_direct_only(sqlite3 *connection);

// sqlite3_db_config for the switches that take an int, which is variadic in C.
int lorabook_db_switch(sqlite3 *connection, int which, int on);

#endif
