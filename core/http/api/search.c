/* Search: contacts first, then messages with the words as they were typed, then those in which a word only
 * begins like the last one; each newest first. Every word must be there. */
#include "base/slice.h"
#include "http/api/handlers.h"
#include "http/view/summary.h"
#include "http/view/ticket.h"
#include "store/fulltext.h"

#define EXCERPT_CHARACTERS 240u

/* The phases of a search; also the key of its cursor. */
enum { CONTACTS = 1, MESSAGES, BEGINNINGS, PHASES };

struct search {
    struct gct_slice words[PHASES];
    size_t limit;
    int64_t phase;
    int64_t below; /* ids below this one */
};

GCT_PREPARE(gct_api_search_prepare)
{
    struct search *search = GCT_ARENA_NEW(request->arena, search);
    int64_t id = 0;
    GCT_CHECK(search != NULL);
    if (gct_api_cursor_read(request, &search->phase, &id) != GCT_OK) {
        return GCT_CONFLICT;
    }
    search->phase = search->phase > CONTACTS && search->phase < PHASES ? search->phase : CONTACTS;
    search->below = id == 0 ? INT64_MAX : id;
    search->limit = gct_api_limit(request);
    struct gct_slice typed = gct_api_query(request, "q")->value;
    search->words[CONTACTS] = gct_store_search_query(typed, GCT_SEARCH_ALL, request->arena);
    search->words[MESSAGES] = gct_store_search_query(typed, GCT_SEARCH_WHOLE, request->arena);
    search->words[BEGINNINGS] = gct_store_search_query(typed, GCT_SEARCH_BEGUN, request->arena);
    request->state = search;
    return GCT_OK;
}

static struct gct_slice optional(struct gct_rows *rows, int column)
{
    return gct_rows_is_null(rows, column) ? GCT_EMPTY : gct_rows_bytes(rows, column);
}

static struct gct_json *hit(const char *kind, struct gct_rows *rows, int contact, struct gct_json *ticket,
                            struct gct_json *message)
{
    struct gct_json *json = gct_json_object();
    gct_json_set_text(json, "kind", gct_slice_of(kind));
    gct_json_set(json, "contact",
                 gct_view_customer(gct_rows_integer(rows, contact), optional(rows, contact + 1),
                                   optional(rows, contact + 2), optional(rows, contact + 3)));
    gct_json_set(json, "ticket", ticket);
    gct_json_set(json, "message", message);
    return json;
}

/* Columns: contact's id, name, handle, avatar; ticket's id, status, created_ms, solved_ms, newest text. */
static struct gct_json *contact_hit(struct gct_rows *rows)
{
    struct gct_json *ticket = gct_view_summary(rows, 4);
    gct_view_summary_preview(ticket, rows, 8);
    return hit("contact", rows, 0, ticket, gct_json_null());
}

/* Columns: message's id, text, direction, sent_ms; contact's id, name, handle, avatar; ticket's id, status,
 * created_ms, solved_ms. */
static struct gct_json *message_hit(struct gct_rows *rows)
{
    char room[GCT_PREVIEW_ROOM];
    struct gct_json *message = gct_json_object();
    gct_json_set_id(message, "id", gct_rows_integer(rows, 0));
    gct_json_set(message, "excerpt",
                 gct_json_string(gct_view_excerpt(gct_rows_bytes(rows, 1), EXCERPT_CHARACTERS, room)));
    gct_json_set_text(message, "direction", gct_rows_integer(rows, 2) == 0 ? GCT_LIT("in") : GCT_LIT("out"));
    gct_json_set_time(message, "sent_at", gct_rows_integer(rows, 3));
    return hit("message", rows, 4, gct_view_summary(rows, 8), message);
}

/* Adds hits of one phase until the page is full; *next gets the cursor when more are there. */
static enum gct_status add_hits(struct gct_api_request *request, struct gct_db *db, int phase, int64_t below,
                                struct gct_json *items, struct gct_slice *next, struct gct_error *err)
{
    const struct search *search = request->state;
    struct gct_rows *rows = NULL;
    size_t room = search->limit - gct_json_count(items);
    size_t taken = 0;
    int64_t last = below;
    enum gct_status st =
        gct_db_query(db, phase == CONTACTS ? GCT_SQL_search_contacts : GCT_SQL_search_messages,
                     GCT_BIND(GCT_V_TEXT(search->words[phase]), GCT_V_INT(below), GCT_V_INT(room + 1u),
                              gct_api_accounts(request), gct_api_teams(request)),
                     &rows, err);
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        if (taken == room) {
            *next = gct_api_cursor_write(request, phase, last == INT64_MAX ? 0 : last);
            break;
        }
        last = gct_rows_integer(rows, 0);
        gct_json_push(items, phase == CONTACTS ? contact_hit(rows) : message_hit(rows));
        taken++;
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

GCT_VIEW(gct_api_search)
{
    const struct search *search = request->state;
    struct gct_json *items = gct_json_array();
    struct gct_slice next = GCT_EMPTY;
    enum gct_status st = GCT_OK;
    int64_t below = search->below;
    for (int phase = (int)search->phase; st == GCT_OK && next.ptr == NULL && phase < PHASES; phase++) {
        if (search->words[phase].len != 0) {
            st = add_hits(request, db, phase, below, items, &next, err);
        }
        below = INT64_MAX;
    }
    if (st != GCT_OK) {
        gct_json_free(&items);
        return st;
    }
    request->result = gct_api_page(items, next);
    return GCT_OK;
}
