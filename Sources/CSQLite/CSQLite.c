#include "CSQLite.h"

int lorabook_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes) {
  return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

void lorabook_result_text(sqlite3_context *context, const char *text, int bytes) {
  sqlite3_result_text(context, text, bytes, SQLITE_TRANSIENT);
}

char *lorabook_copied_text(const char *text) { return sqlite3_mprintf("%s", text); }

int lorabook_vtab_direct_only(sqlite3 *connection) {
  return sqlite3_vtab_config(connection, SQLITE_VTAB_DIRECTONLY);
}

int lorabook_db_switch(sqlite3 *connection, int which, int on) {
  return sqlite3_db_config(connection, which, on, (int *)0);
}
