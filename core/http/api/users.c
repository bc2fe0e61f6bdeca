/* The people who work here: for agents the names a ticket can be assigned to, for admins everybody. */
#include "base/slice.h"
#include "http/api/handlers.h"

/* Columns: id, login, name, role, disabled, scope, created_ms. */
static struct gct_json *user_json(struct gct_rows *rows, int whole, struct gct_error *err)
{
    struct gct_json *json = gct_json_object();
    gct_json_set_id(json, "id", gct_rows_integer(rows, 0));
    gct_json_set(json, "name", gct_json_string(gct_rows_bytes(rows, 2)));
    if (whole) {
        struct gct_json *stored = gct_json_parse(gct_rows_bytes(rows, 5), err);
        struct gct_json *scope = gct_json_object();
        static const char *const lists[] = { "accounts", "teams" };
        for (size_t i = 0; i < GCT_COUNT(lists); i++) {
            const struct gct_json *list = gct_json_get(stored, lists[i]);
            gct_json_set(scope, lists[i], list == NULL ? gct_json_array() : gct_json_share(list));
        }
        gct_json_free(&stored);
        gct_json_set(json, "login", gct_json_string(gct_rows_bytes(rows, 1)));
        gct_json_set_text(json, "role", gct_slice_of(gct_role_name((uint32_t)gct_rows_integer(rows, 3))));
        gct_json_set_truth(json, "disabled", gct_rows_integer(rows, 4) != 0);
        gct_json_set(json, "scope", scope);
        gct_json_set_time(json, "created_at", gct_rows_integer(rows, 6));
    }
    return json;
}

GCT_VIEW(gct_api_users)
{
    struct gct_rows *rows = NULL;
    struct gct_json *items = gct_json_array();
    struct gct_slice next = GCT_EMPTY;
    int whole = request->who->role == GCT_ROLE_ADMIN;
    size_t limit = gct_api_limit(request);
    int64_t key = 0;
    int64_t skip = 0;
    int64_t position = 0;
    enum gct_status st = gct_api_cursor_read(request, &key, &skip);
    st = st == GCT_OK ? gct_db_query(db, GCT_SQL_user_list, GCT_NO_VALUES, &rows, err) : st;
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        int assignable = gct_rows_integer(rows, 4) == 0 && gct_rows_integer(rows, 3) != GCT_ROLE_ANALYST;
        if ((!whole && !assignable) || position++ < skip) {
            continue;
        }
        if (gct_json_count(items) == limit) {
            next = gct_api_cursor_write(request, 0, position - 1);
            break;
        }
        gct_json_push(items, user_json(rows, whole, err));
    }
    gct_rows_close(&rows);
    if (st != GCT_OK && st != GCT_DONE) {
        gct_json_free(&items);
        return st;
    }
    request->result = gct_api_page(items, next);
    return GCT_OK;
}
