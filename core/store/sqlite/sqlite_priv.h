/* Shared by the files of the SQLite engine: the connection, its statements, its errors. */
#ifndef GUICHET_CORE_STORE_SQLITE_SQLITE_PRIV_H
#define GUICHET_CORE_STORE_SQLITE_SQLITE_PRIV_H

#include <sqlite3.h>

#include "store/engine.h"
#include "store/sqlite/sqlite.h"

/* Places $1 … $48 in one statement. */
#define SQLITE_PLACES 48

/* A lock of another process is waited for this long, with growing sleeps, before the answer is "not now". */
#define SQLITE_BUSY_WAIT_MS 1000

/* Statements of the engine itself, prepared when a connection is opened. */
#define SQLITE_CONTROL_TABLE(X)                                                                              \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                              \
    X(COMMIT, "COMMIT")                                                                                      \
    X(ROLLBACK, "ROLLBACK")                                                                                  \
    X(MARK, "SAVEPOINT one_write")                                                                           \
    X(KEEP, "RELEASE one_write")                                                                             \
    X(UNDO, "ROLLBACK TO one_write")                                                                         \
    X(READ, "BEGIN")
#define SQLITE_CONTROL_AS_ENUM(name, text) SQLITE_CONTROL_##name,
enum sqlite_control { SQLITE_CONTROL_TABLE(SQLITE_CONTROL_AS_ENUM) SQLITE_CONTROL_COUNT };
#undef SQLITE_CONTROL_AS_ENUM

/* One named statement of one connection; the rows of its query are the slot itself. */
struct sqlite_slot {
    struct gct_rows rows;
    enum gct_sql sql;
    sqlite3_stmt *stmt;
    int open;                           /* its rows are being read */
    unsigned char places;               /* how many values it takes */
    unsigned char index[SQLITE_PLACES]; /* of place $n at n - 1: the number SQLite gave it */
};

struct sqlite_db {
    struct gct_db base;
    uint32_t magic;
    enum gct_engine_role role;
    sqlite3 *handle;
    enum gct_trouble trouble;
    struct gct_error first; /* the sentence of trouble */
    int64_t until_ms;       /* monotonic end of the read; 0: none */
    int64_t page_bytes;
    int64_t log_frames;
    unsigned open_rows;
    sqlite3_stmt *control[SQLITE_CONTROL_COUNT];
    struct sqlite_slot slots[GCT_SQL_COUNT];
};

#define SQLITE_DB_MAGIC 0x53514c44u

struct sqlite_db *sqlite_of(struct gct_db *db);
const struct sqlite_db *sqlite_of_const(const struct gct_db *db);

/* The status and sentence of an SQLite result; "what: SQLite's words". No connection: handle NULL. */
enum gct_status sqlite_fail(sqlite3 *handle, int rc, const char *what, struct gct_error *err);
/* The same for a connection, which remembers trouble. */
enum gct_status sqlite_db_fail(struct sqlite_db *db, int rc, const char *what, struct gct_error *err);

/* Opens a handle with everything that all our connections have in common. flags: SQLITE_OPEN_READWRITE or
 * _READONLY. */
enum gct_status sqlite_handle_open(const char *place, int flags, sqlite3 **handle, struct gct_error *err);
/* One statement without values and places. */
enum gct_status sqlite_handle_exec(sqlite3 *handle, const char *text, struct gct_error *err);
/* First column of the first row of a constant query. */
enum gct_status sqlite_handle_integer(sqlite3 *handle, const char *text, int64_t *out, struct gct_error *err);

/* Makes names and sizes of files in the folder of path durable. */
enum gct_status sqlite_folder_sync(const char *path, struct gct_error *err);

/* statement.c */
enum gct_status sqlite_control_run(struct sqlite_db *db, enum sqlite_control control, struct gct_error *err);
enum gct_status sqlite_control_prepare(struct sqlite_db *db, struct gct_error *err);
void sqlite_statements_free(struct sqlite_db *db);
enum gct_status sqlite_run(struct gct_db *base, enum gct_sql sql, const struct gct_value *values,
                           size_t count, struct gct_error *err);
int64_t sqlite_changes(const struct gct_db *db);
int64_t sqlite_last_id(const struct gct_db *db);
enum gct_status sqlite_query(struct gct_db *base, enum gct_sql sql, const struct gct_value *values,
                             size_t count, struct gct_rows **rows, struct gct_error *err);
enum gct_status sqlite_rows_next(struct gct_rows *rows, struct gct_error *err);
int64_t sqlite_rows_integer(struct gct_rows *rows, int column);
struct gct_slice sqlite_rows_bytes(struct gct_rows *rows, int column);
int sqlite_rows_is_null(struct gct_rows *rows, int column);
void sqlite_rows_close(struct gct_rows **rows);

/* prepare.c, backup.c */
enum gct_status sqlite_prepare(const char *place, struct gct_error *err);
enum gct_status sqlite_recognise(const char *place, struct gct_error *err);
enum gct_status sqlite_backup(const char *place, const char *to, struct gct_error *err);

#endif
