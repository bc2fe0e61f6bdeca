/* A connection to the store's database, whatever engine is behind it: named statements, bound values, rows.
 *
 * Statements are named in core/store/sql/ (GCT_SQL_…, generated) and use places $1, $2, …: the same text
 * serves SQLite and PostgreSQL. There is no way to run a text that was put together. A connection belongs to
 * one thread. */
#ifndef GUICHET_CORE_STORE_DB_H
#define GUICHET_CORE_STORE_DB_H

#include <guichet/abi.h>

#include "base/error.h"
#include "store/statements.gen.h"

#define GCT_SQL_AS_ENUM(name, text) GCT_SQL_##name,
enum gct_sql { GCT_SQL_TABLE(GCT_SQL_AS_ENUM) GCT_SQL_COUNT };
#undef GCT_SQL_AS_ENUM

enum gct_value_kind { GCT_VALUE_NULL, GCT_VALUE_INTEGER, GCT_VALUE_TEXT, GCT_VALUE_BLOB };

struct gct_value {
    enum gct_value_kind kind;
    int64_t integer;
    struct gct_slice bytes;
};

#define GCT_V_NULL ((struct gct_value){ GCT_VALUE_NULL, 0, { NULL, 0 } })
#define GCT_V_INT(i) ((struct gct_value){ GCT_VALUE_INTEGER, (int64_t)(i), { NULL, 0 } })
#define GCT_V_TEXT(slice) ((struct gct_value){ GCT_VALUE_TEXT, 0, (slice) })
#define GCT_V_BLOB(slice) ((struct gct_value){ GCT_VALUE_BLOB, 0, (slice) })

/* NULL for 0 and for an empty slice: optional ids, times and texts. */
struct gct_value gct_value_id(int64_t id);
struct gct_value gct_value_text(struct gct_slice text);

struct gct_db;
struct gct_rows;

/* The values of a statement in the order of its places. */
#define GCT_BIND(...)                                                                                        \
    (const struct gct_value[]){ __VA_ARGS__ },                                                               \
        sizeof((const struct gct_value[]){ __VA_ARGS__ }) / sizeof(struct gct_value)
#define GCT_NO_VALUES NULL, 0u

/* Run a statement that gives no rows. GCT_CONFLICT: a uniqueness or check rule of the schema refused it.
 * GCT_UNAVAILABLE: the disk is full, the file locked, the engine failed. */
GCT_NODISCARD enum gct_status gct_db_run(struct gct_db *db, enum gct_sql sql, const struct gct_value *values,
                                         size_t count, struct gct_error *err);

/* Rows changed by the last gct_db_run; id of the row it inserted. */
int64_t gct_db_changes(const struct gct_db *db);
int64_t gct_db_last_id(const struct gct_db *db);

/* Start a query; *rows must be closed. Bound bytes must live until then. A statement runs once at a time. */
GCT_NODISCARD enum gct_status gct_db_query(struct gct_db *db, enum gct_sql sql,
                                           const struct gct_value *values, size_t count,
                                           struct gct_rows **rows, struct gct_error *err);

/* GCT_OK: a row is there. GCT_DONE: no more. GCT_TIMEOUT: the reader's limit was reached. */
GCT_NODISCARD enum gct_status gct_rows_next(struct gct_rows *rows, struct gct_error *err);

/* Columns of the current row, from 0. NULL reads as 0 and as the empty slice; bytes live until the next row.
 */
int64_t gct_rows_integer(struct gct_rows *rows, int column);
struct gct_slice gct_rows_bytes(struct gct_rows *rows, int column);
int gct_rows_is_null(struct gct_rows *rows, int column);
void gct_rows_close(struct gct_rows **rows);

/* The first column of the first row as a number; fallback when there is no row. */
GCT_NODISCARD enum gct_status gct_db_integer(struct gct_db *db, enum gct_sql sql,
                                             const struct gct_value *values, size_t count, int64_t fallback,
                                             int64_t *out, struct gct_error *err);

#endif
