/* What handlers share: who may see what, pages and cursors. */
#include <inttypes.h>

#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/head.h"

int64_t gct_api_user(const struct gct_api_request *request)
{
    return request->by_session ? request->who->id : 0;
}

/* Columns of the place queries: account, team. What lies outside the scope does not exist. */
static enum gct_status see(struct gct_api_request *request, struct gct_db *db, enum gct_sql sql,
                           struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, sql, GCT_BIND(GCT_V_INT(request->id)), &rows, err);
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK &&
        !gct_access_object(request->who, gct_rows_integer(rows, 0), gct_rows_integer(rows, 1))) {
        st = GCT_NOT_FOUND;
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}

GCT_VIEW(gct_api_see_ticket)
{
    return see(request, db, GCT_SQL_ticket_place, err);
}

GCT_VIEW(gct_api_see_message)
{
    return see(request, db, GCT_SQL_message_place, err);
}

enum gct_status gct_api_action(struct gct_api_request *request, enum gct_status status)
{
    return status == GCT_CONFLICT && request->refusal.problem == GCT_PROBLEM_NOT_FOUND ? GCT_NOT_FOUND
                                                                                       : status;
}

size_t gct_api_limit(const struct gct_api_request *request)
{
    const struct gct_query_value *limit = gct_api_query(request, "limit");
    return limit->value.ptr == NULL ? 50u : (size_t)limit->integer;
}

struct gct_json *gct_api_page(struct gct_json *items, struct gct_slice next)
{
    struct gct_json *page = gct_json_object();
    gct_json_set(page, "items", items);
    gct_json_set_text(page, "next_cursor", next);
    return page;
}

enum gct_status gct_api_cursor_read(struct gct_api_request *request, int64_t *key, int64_t *id)
{
    struct gct_slice cursor = gct_api_query(request, "cursor")->value;
    *key = 0;
    *id = 0;
    return cursor.ptr == NULL || gct_head_cursor(cursor, key, id) == GCT_OK
               ? GCT_OK
               : gct_api_invalid(request, "cursor", "must be the next_cursor of the page before");
}

struct gct_slice gct_api_cursor_write(struct gct_api_request *request, int64_t key, int64_t id)
{
    return gct_arena_format(request->arena, "%" PRId64 ".%" PRId64, key, id);
}

struct gct_value gct_api_accounts(struct gct_api_request *request)
{
    return gct_value_text(gct_scope_accounts_json(&request->who->scope, request->arena));
}

struct gct_value gct_api_teams(struct gct_api_request *request)
{
    return gct_value_text(gct_scope_teams_json(&request->who->scope, request->arena));
}
