/* What an agent has on the desk: how far a ticket was read, and drafts. */
#include "base/slice.h"
#include "http/api/handlers.h"

GCT_ACT(gct_api_read_move)
{
    return gct_api_action(request,
                          gct_action_read(tx, gct_api_user(request), request->id,
                                          gct_api_member_id(request, "message_id"), &request->refusal, err));
}

GCT_VIEW(gct_api_unread)
{
    int64_t unread = 0;
    enum gct_status st =
        gct_db_integer(db, GCT_SQL_ticket_unread,
                       GCT_BIND(GCT_V_INT(gct_api_user(request)), GCT_V_INT(request->id)), 0, &unread, err);
    request->result = gct_json_object();
    gct_json_set_number(request->result, "unread", unread);
    return st;
}

/* The two modes of the composer as the API names them. */
static const struct {
    const char *name;
    enum gct_message_kind kind;
} modes[] = { { "reply", GCT_KIND_MESSAGE }, { "note", GCT_KIND_NOTE } };

GCT_ACT(gct_api_drafts_patch)
{
    enum gct_status st = gct_json_count(request->body) != 0
                             ? GCT_OK
                             : gct_api_invalid(request, "", "at least one member is needed");
    for (size_t i = 0; st == GCT_OK && i < GCT_COUNT(modes); i++) {
        const struct gct_json *text = gct_api_member(request, modes[i].name);
        if (text != NULL) {
            st = gct_action_draft(tx, gct_api_user(request), request->id, modes[i].kind, gct_json_text(text),
                                  &request->refusal, err);
        }
    }
    return gct_api_action(request, st);
}

/* Columns: kind, text, updated_ms. */
static void add_draft(struct gct_json *drafts, struct gct_rows *rows)
{
    for (size_t i = 0; i < GCT_COUNT(modes); i++) {
        if (gct_rows_integer(rows, 0) == (int64_t)modes[i].kind) {
            struct gct_json *draft = gct_json_object();
            gct_json_set(draft, "text", gct_json_string(gct_rows_bytes(rows, 1)));
            gct_json_set_time(draft, "updated_at", gct_rows_integer(rows, 2));
            gct_json_set(drafts, modes[i].name, draft);
        }
    }
}

GCT_VIEW(gct_api_drafts)
{
    struct gct_rows *rows = NULL;
    request->result = gct_json_object();
    for (size_t i = 0; i < GCT_COUNT(modes); i++) {
        gct_json_set(request->result, modes[i].name, gct_json_null());
    }
    enum gct_status st =
        gct_db_query(db, GCT_SQL_drafts_of,
                     GCT_BIND(GCT_V_INT(gct_api_user(request)), GCT_V_INT(request->id)), &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        add_draft(request->result, rows);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

GCT_ACT(gct_api_drafts_delete)
{
    return gct_action_drafts_remove(tx, gct_api_user(request), request->id, err);
}
