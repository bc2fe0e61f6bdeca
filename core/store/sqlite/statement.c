/* Statements: prepared once by enum, bound by place, stepped. The hot path of the writer. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "store/sqlite/sqlite_priv.h"

#define SQL_TEXT(name, text) text,
static const char *const sql_texts[] = { GCT_SQL_TABLE(SQL_TEXT) };

#define SQL_NAME(name, text) #name,
static const char *const sql_names[] = { GCT_SQL_TABLE(SQL_NAME) };

#define CONTROL_TEXT(name, text) text,
static const char *const control_texts[] = { SQLITE_CONTROL_TABLE(CONTROL_TEXT) };

enum gct_status sqlite_control_prepare(struct sqlite_db *db, struct gct_error *err)
{
    for (int i = 0; i < SQLITE_CONTROL_COUNT; i++) {
        int rc = sqlite3_prepare_v3(db->handle, control_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                    &db->control[i], NULL);
        if (rc != SQLITE_OK)
            return sqlite_fail(db->handle, rc, control_texts[i], err);
    }
    return GCT_OK;
}

enum gct_status sqlite_control_run(struct sqlite_db *db, enum sqlite_control control, struct gct_error *err)
{
    int rc = sqlite3_step(db->control[control]);
    enum gct_status status = GCT_OK;
    if (rc != SQLITE_DONE)
        status = sqlite_db_fail(db, rc, control_texts[control], err);
    (void)sqlite3_reset(db->control[control]);
    return status;
}

void sqlite_statements_free(struct sqlite_db *db)
{
    for (int i = 0; i < SQLITE_CONTROL_COUNT; i++) {
        (void)sqlite3_finalize(db->control[i]);
    }
    for (int i = 0; i < GCT_SQL_COUNT; i++) {
        (void)sqlite3_finalize(db->slots[i].stmt);
    }
}

/* To SQLite $7 is a name, numbered by where it first stands; its number is looked up once, here. */
static enum gct_status slot_map(struct sqlite_slot *slot, struct gct_error *err)
{
    int count = sqlite3_bind_parameter_count(slot->stmt);
    if (count > SQLITE_PLACES) {
        return gct_error_set(err, GCT_INTERNAL, "statement %s has %d places, at most %d can be",
                             sql_names[slot->sql], count, SQLITE_PLACES);
    }
    for (int place = 1; place <= count; place++) {
        char name[16];
        (void)snprintf(name, sizeof name, "$%d", place);
        int index = sqlite3_bind_parameter_index(slot->stmt, name);
        if (index == 0) {
            return gct_error_set(err, GCT_INTERNAL, "statement %s has %d places, but none is %s",
                                 sql_names[slot->sql], count, name);
        }
        slot->index[place - 1] = (unsigned char)index;
    }
    slot->places = (unsigned char)count;
    return GCT_OK;
}

/* Only white space and semicolons may follow the first statement of a text. */
static int only_blank(const char *text)
{
    return text[strspn(text, " \t\r\n;")] == '\0';
}

static enum gct_status slot_prepare(struct sqlite_db *db, struct sqlite_slot *slot, enum gct_sql sql,
                                    struct gct_error *err)
{
    const char *tail = NULL;
    slot->rows.db = &db->base;
    slot->sql = sql;
    int rc =
        sqlite3_prepare_v3(db->handle, sql_texts[sql], -1, SQLITE_PREPARE_PERSISTENT, &slot->stmt, &tail);
    enum gct_status status = GCT_OK;
    if (rc != SQLITE_OK) {
        status = sqlite_db_fail(db, rc, sql_names[sql], err);
    } else if (!only_blank(tail)) {
        status = gct_error_set(err, GCT_INTERNAL, "%s is more than one statement", sql_names[sql]);
    } else {
        status = slot_map(slot, err);
    }
    if (status != GCT_OK) {
        (void)sqlite3_finalize(slot->stmt);
        slot->stmt = NULL;
    }
    return status;
}

/* Bound bytes are borrowed: they live until the statement was reset, and each run binds every place again. */
static int bind(sqlite3_stmt *stmt, int index, const struct gct_value *value)
{
    const char *bytes = value->bytes.ptr == NULL ? "" : value->bytes.ptr;
    switch (value->kind) {
    case GCT_VALUE_NULL: return sqlite3_bind_null(stmt, index);
    case GCT_VALUE_INTEGER: return sqlite3_bind_int64(stmt, index, value->integer);
    case GCT_VALUE_TEXT:
        return sqlite3_bind_text64(stmt, index, bytes, value->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
    case GCT_VALUE_BLOB: return sqlite3_bind_blob64(stmt, index, bytes, value->bytes.len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static enum gct_status slot_bind(struct sqlite_db *db, enum gct_sql sql, const struct gct_value *values,
                                 size_t count, struct sqlite_slot **out, struct gct_error *err)
{
    GCT_CHECK_EQ(db->magic, SQLITE_DB_MAGIC);
    GCT_CHECK((unsigned)sql < GCT_SQL_COUNT);
    struct sqlite_slot *slot = &db->slots[sql];
    *out = slot;
    if (slot->stmt == NULL) {
        enum gct_status status = slot_prepare(db, slot, sql, err);
        if (status != GCT_OK)
            return status;
    }
    GCT_CHECK_EQ(slot->open, 0);
    GCT_CHECK_EQ(slot->places, count);
    for (size_t i = 0; i < count; i++) {
        int rc = bind(slot->stmt, slot->index[i], &values[i]);
        if (rc != SQLITE_OK)
            return sqlite_db_fail(db, rc, sql_names[sql], err);
    }
    return GCT_OK;
}

enum gct_status sqlite_run(struct gct_db *base, enum gct_sql sql, const struct gct_value *values,
                           size_t count, struct gct_error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_slot *slot = NULL;
    enum gct_status status = slot_bind(db, sql, values, count, &slot, err);
    if (status != GCT_OK)
        return status;
    int rc = sqlite3_step(slot->stmt);
    if (rc != SQLITE_DONE) {
        status = rc == SQLITE_ROW
                     ? gct_error_set(err, GCT_INTERNAL, "%s gives rows, but was run without a look at them",
                                     sql_names[sql])
                     : sqlite_db_fail(db, rc, sql_names[sql], err);
    }
    (void)sqlite3_reset(slot->stmt);
    return status;
}

int64_t sqlite_changes(const struct gct_db *db)
{
    return sqlite3_changes64(sqlite_of_const(db)->handle);
}

int64_t sqlite_last_id(const struct gct_db *db)
{
    return sqlite3_last_insert_rowid(sqlite_of_const(db)->handle);
}

enum gct_status sqlite_query(struct gct_db *base, enum gct_sql sql, const struct gct_value *values,
                             size_t count, struct gct_rows **rows, struct gct_error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_slot *slot = NULL;
    enum gct_status status = slot_bind(db, sql, values, count, &slot, err);
    if (status == GCT_OK) {
        slot->open = 1;
        db->open_rows++;
        *rows = &slot->rows;
    }
    return status;
}

static struct sqlite_slot *slot_of(struct gct_rows *rows)
{
    struct sqlite_slot *slot = GCT_STRUCT_OF(rows, sqlite_slot, rows);
    GCT_CHECK_EQ(slot->open, 1);
    return slot;
}

enum gct_status sqlite_rows_next(struct gct_rows *rows, struct gct_error *err)
{
    struct sqlite_slot *slot = slot_of(rows);
    int rc = sqlite3_step(slot->stmt);
    if (rc == SQLITE_ROW)
        return GCT_OK;
    if (rc == SQLITE_DONE)
        return GCT_DONE;
    return sqlite_db_fail((struct sqlite_db *)rows->db, rc, sql_names[slot->sql], err);
}

int64_t sqlite_rows_integer(struct gct_rows *rows, int column)
{
    return sqlite3_column_int64(slot_of(rows)->stmt, column);
}

struct gct_slice sqlite_rows_bytes(struct gct_rows *rows, int column)
{
    sqlite3_stmt *stmt = slot_of(rows)->stmt;
    const void *bytes = NULL;
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_NULL: return GCT_EMPTY;
    case SQLITE_TEXT: /* as a blob: the terminating NUL would cost a copy */
    case SQLITE_BLOB: bytes = sqlite3_column_blob(stmt, column); break;
    default: bytes = sqlite3_column_text(stmt, column); break;
    }
    return (struct gct_slice){ bytes == NULL ? "" : bytes, (size_t)sqlite3_column_bytes(stmt, column) };
}

int sqlite_rows_is_null(struct gct_rows *rows, int column)
{
    return sqlite3_column_type(slot_of(rows)->stmt, column) == SQLITE_NULL;
}

void sqlite_rows_close(struct gct_rows **rows)
{
    struct sqlite_slot *slot = slot_of(*rows);
    struct sqlite_db *db = (struct sqlite_db *)(*rows)->db;
    (void)sqlite3_reset(slot->stmt);
    slot->open = 0;
    db->open_rows--;
    *rows = NULL;
}
