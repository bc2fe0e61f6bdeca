#include "store/db.h"

#include <string.h>

#include "store/engine.h"
#include "store/sqlite/sqlite.h"

static const struct gct_engine *const engines[] = { &gct_engine_sqlite };

const struct gct_engine *gct_engine_find(const char *name)
{
    for (size_t i = 0; i < GCT_COUNT(engines); i++) {
        if (strcmp(engines[i]->name, name) == 0)
            return engines[i];
    }
    return NULL;
}

struct gct_value gct_value_id(int64_t id)
{
    return id == 0 ? GCT_V_NULL : GCT_V_INT(id);
}

struct gct_value gct_value_text(struct gct_slice text)
{
    return text.len == 0 ? GCT_V_NULL : GCT_V_TEXT(text);
}

enum gct_status gct_db_run(struct gct_db *db, enum gct_sql sql, const struct gct_value *values, size_t count,
                           struct gct_error *err)
{
    return db->engine->run(db, sql, values, count, err);
}

int64_t gct_db_changes(const struct gct_db *db)
{
    return db->engine->changes(db);
}

int64_t gct_db_last_id(const struct gct_db *db)
{
    return db->engine->last_id(db);
}

enum gct_status gct_db_query(struct gct_db *db, enum gct_sql sql, const struct gct_value *values,
                             size_t count, struct gct_rows **rows, struct gct_error *err)
{
    return db->engine->query(db, sql, values, count, rows, err);
}

enum gct_status gct_rows_next(struct gct_rows *rows, struct gct_error *err)
{
    return rows->db->engine->rows_next(rows, err);
}

int64_t gct_rows_integer(struct gct_rows *rows, int column)
{
    return rows->db->engine->rows_integer(rows, column);
}

struct gct_slice gct_rows_bytes(struct gct_rows *rows, int column)
{
    return rows->db->engine->rows_bytes(rows, column);
}

int gct_rows_is_null(struct gct_rows *rows, int column)
{
    return rows->db->engine->rows_is_null(rows, column);
}

void gct_rows_close(struct gct_rows **rows)
{
    if (*rows != NULL) {
        (*rows)->db->engine->rows_close(rows);
    }
}

enum gct_status gct_db_integer(struct gct_db *db, enum gct_sql sql, const struct gct_value *values,
                               size_t count, int64_t fallback, int64_t *out, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status status = gct_db_query(db, sql, values, count, &rows, err);
    if (status != GCT_OK)
        goto out;
    status = gct_rows_next(rows, err);
    if (status == GCT_OK) {
        *out = gct_rows_integer(rows, 0);
    } else if (status == GCT_DONE) {
        *out = fallback;
        status = GCT_OK;
    }
out:
    gct_rows_close(&rows);
    return status;
}
