/* A customer and their newest tickets. */
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/view/summary.h"
#include "http/view/ticket.h"

static struct gct_slice optional(struct gct_rows *rows, int column)
{
    return gct_rows_is_null(rows, column) ? GCT_EMPTY : gct_rows_bytes(rows, column);
}

static void set_optional(struct gct_json *json, const char *name, struct gct_rows *rows, int column)
{
    gct_json_set_text(json, name, optional(rows, column));
}

/* How the first contact came, out of the engagement log. */
static enum gct_status add_origin(struct gct_json *contact, struct gct_db *db, struct gct_slice key,
                                  struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_contact_origin, GCT_BIND(GCT_V_TEXT(key)), &rows, err);
    gct_json_set(contact, "origin", gct_json_null());
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        set_optional(contact, "origin", rows, 0);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

static enum gct_status add_tickets(struct gct_api_request *request, struct gct_json *contact,
                                   struct gct_db *db, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    struct gct_json *tickets = gct_json_array();
    enum gct_status st = gct_db_query(
        db, GCT_SQL_contact_tickets,
        GCT_BIND(GCT_V_INT(request->id), gct_api_accounts(request), gct_api_teams(request)), &rows, err);
    gct_json_set(contact, "tickets", tickets);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        struct gct_json *ticket = gct_view_summary(rows, 0);
        gct_view_summary_preview(ticket, rows, 4);
        gct_json_push(tickets, ticket);
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

/* Teams have tickets, not contacts: who is limited to teams knows a contact by a ticket of theirs. */
static int is_outside(const struct gct_api_request *request, const struct gct_json *contact)
{
    return request->who->scope.team_count != 0 && gct_json_count(gct_json_get(contact, "tickets")) == 0;
}

/* Columns of contact_one: id, name, handle, avatar_url, lang, customer_key, created_ms, channel, plugin,
 * account, account's name, last_in_ms, unreachable. */
GCT_VIEW(gct_api_contact)
{
    struct gct_rows *rows = NULL;
    struct gct_json *contact = NULL;
    enum gct_status st = gct_db_query(
        db, GCT_SQL_contact_one, GCT_BIND(GCT_V_INT(request->id), gct_api_accounts(request)), &rows, err);
    if (st == GCT_OK) {
        st = gct_rows_next(rows, err);
    }
    if (st == GCT_OK) {
        int64_t created = gct_rows_integer(rows, 6);
        int64_t last_in = gct_rows_integer(rows, 11);
        contact = gct_view_customer(request->id, optional(rows, 1), optional(rows, 2), optional(rows, 3));
        gct_json_set(contact, "channel", gct_json_string(gct_rows_bytes(rows, 7)));
        gct_json_set(contact, "plugin", gct_json_string(gct_rows_bytes(rows, 8)));
        gct_json_set(contact, "account", gct_view_named(gct_rows_integer(rows, 9), gct_rows_bytes(rows, 10)));
        set_optional(contact, "language", rows, 4);
        gct_json_set_time(contact, "first_seen_at", created);
        gct_json_set_time(contact, "last_seen_at", last_in == 0 ? created : last_in);
        gct_json_set_truth(contact, "blocked", !gct_rows_is_null(rows, 12));
        st = add_origin(contact, db, gct_rows_bytes(rows, 5), err);
    }
    gct_rows_close(&rows);
    if (st == GCT_OK) {
        st = add_tickets(request, contact, db, err);
    }
    if (st == GCT_OK && is_outside(request, contact)) {
        st = GCT_NOT_FOUND;
    }
    request->result = contact;
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}
