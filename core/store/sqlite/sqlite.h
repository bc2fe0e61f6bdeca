/* The SQLite engine, as the store sees it. The only folder that knows sqlite3.h. */
#ifndef GUICHET_CORE_STORE_SQLITE_SQLITE_H
#define GUICHET_CORE_STORE_SQLITE_SQLITE_H

#include "store/engine.h"

/* "GCHT": marks a database file as ours. */
#define GCT_SQLITE_APPLICATION_ID 0x47434854

extern const struct gct_engine gct_engine_sqlite;

#endif
