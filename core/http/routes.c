/* The routes of the REST API, all of them, once: docs/openapi.yaml describes the same table for people, and
 * the route × role test holds the two together. */
#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "http/api/handlers.h"

/* ---- shapes of bodies and queries ---- */

#define LIMIT_PARAM                                                                                          \
    {                                                                                                        \
        "limit", GCT_P_INTEGER, 0, 1, 200, NULL                                                              \
    }
#define CURSOR_PARAM                                                                                         \
    {                                                                                                        \
        "cursor", GCT_P_TEXT, 0, 1, 500, NULL                                                                \
    }

static const struct gct_param page_query[] = { LIMIT_PARAM, CURSOR_PARAM };

static const struct gct_param sign_in_body[] = {
    { "login", GCT_P_TEXT, GCT_P_REQUIRED, 1, 128, NULL },
    { "password", GCT_P_TEXT, GCT_P_REQUIRED, 1, 128, NULL },
};

static const struct gct_param settings_body[] = {
    { "language", GCT_P_CHOICE, 0, 0, 0, "fr|en" },
    { "theme", GCT_P_CHOICE, 0, 0, 0, "system|light|dark" },
    { "density", GCT_P_CHOICE, 0, 0, 0, "comfortable|compact" },
    { "enter_sends", GCT_P_FLAG, 0, 0, 0, NULL },
    { "single_key_shortcuts", GCT_P_FLAG, 0, 0, 0, NULL },
    { "zone", GCT_P_TEXT, GCT_P_NULLABLE, 1, 64, NULL },
    { "after_solve", GCT_P_CHOICE, 0, 0, 0, "stay|next" },
};

static const struct gct_param tickets_query[] = {
    { "status", GCT_P_TEXTS, 0, 0, 5, "open|pending|snoozed|solved|closed" },
    { "channel", GCT_P_TEXTS, 0, 0, 50, NULL },
    { "assignee", GCT_P_TEXT, 0, 1, 20, NULL },
    { "team", GCT_P_ID, 0, 0, 0, NULL },
    { "tag", GCT_P_TEXTS, 0, 0, 20, NULL },
    { "priority", GCT_P_TEXTS, 0, 0, 4, "low|normal|high|urgent" },
    { "customer", GCT_P_ID, 0, 0, 0, NULL },
    { "unanswered", GCT_P_FLAG, 0, 0, 0, NULL },
    { "q", GCT_P_TEXT, 0, 0, 200, NULL },
    { "sort", GCT_P_CHOICE, 0, 0, 0, "window|updated|created|priority|sla" },
    LIMIT_PARAM,
    CURSOR_PARAM,
};

static const struct gct_param ticket_body[] = {
    { "status", GCT_P_CHOICE, 0, 0, 0, "open|pending|snoozed|solved|closed" },
    { "priority", GCT_P_CHOICE, 0, 0, 0, "low|normal|high|urgent" },
    { "assignee", GCT_P_TEXT, GCT_P_NULLABLE, 1, 20, NULL },
    { "team", GCT_P_ID, GCT_P_NULLABLE, 0, 0, NULL },
    { "tags", GCT_P_TEXTS, 0, 0, 20, NULL },
    { "snoozed_until", GCT_P_TIME, GCT_P_NULLABLE, 0, 0, NULL },
};

static const struct gct_param read_body[] = { { "message_id", GCT_P_ID, GCT_P_REQUIRED | GCT_P_NULLABLE, 0, 0,
                                                NULL } };

static const struct gct_param drafts_body[] = {
    { "reply", GCT_P_TEXT, GCT_P_NULLABLE, 0, 20000, NULL },
    { "note", GCT_P_TEXT, GCT_P_NULLABLE, 0, 20000, NULL },
};

static const struct gct_param messages_query[] = { { "before", GCT_P_ID, 0, 0, 0, NULL },
                                                   LIMIT_PARAM,
                                                   CURSOR_PARAM };

static const struct gct_param message_body[] = {
    { "kind", GCT_P_CHOICE, GCT_P_REQUIRED, 0, 0, "reply|note" },
    { "text", GCT_P_TEXT, 0, 0, 20000, NULL },
    { "attachments", GCT_P_LIST, 0, 0, 10, NULL },
    { "reply_to", GCT_P_ID, GCT_P_NULLABLE, 0, 0, NULL },
    { "after", GCT_P_ID, GCT_P_NULLABLE, 0, 0, NULL },
};

static const struct gct_param search_query[] = { { "q", GCT_P_TEXT, GCT_P_REQUIRED, 1, 200, NULL },
                                                 LIMIT_PARAM,
                                                 CURSOR_PARAM };

static const struct gct_param channel_body[] = { { "action", GCT_P_CHOICE, GCT_P_REQUIRED, 0, 0,
                                                   "pause|resume|reload" } };

static const struct gct_param quarantine_query[] = { { "channel", GCT_P_TEXT, 0, 1, 100, NULL },
                                                     LIMIT_PARAM,
                                                     CURSOR_PARAM };

/* ---- the table ---- */

#define GET GCT_METHOD_GET
#define POST GCT_METHOD_POST
#define PATCH GCT_METHOD_PATCH
#define DELETE GCT_METHOD_DELETE
#define BODY(table) .body = table, .body_count = GCT_COUNT(table)
#define QUERY(table) .query = table, .query_count = GCT_COUNT(table)

const struct gct_route gct_routes[] = {
    { POST, "/session", GCT_FOR_ALL, GCT_ROUTE_OPEN, 200, BODY(sign_in_body), .prepare = gct_api_sign_in },
    { GET, "/session", GCT_FOR_ALL, 0, 200, .prepare = gct_api_session },
    { DELETE, "/session", GCT_FOR_ALL, 0, 204, .prepare = gct_api_sign_out },
    { GET, "/me/settings", GCT_FOR_ALL, GCT_ROUTE_USER, 200, .view = gct_api_settings },
    { PATCH, "/me/settings", GCT_FOR_ALL, GCT_ROUTE_USER, 200, BODY(settings_body),
      .act = gct_api_settings_patch, .view = gct_api_settings },
    { GET, "/tickets", GCT_FOR_STAFF, 0, 200, QUERY(tickets_query), .prepare = gct_api_tickets_prepare,
      .view = gct_api_tickets },
    { GET, "/tickets/{id}", GCT_FOR_STAFF, 0, 200, .see = gct_api_see_ticket, .view = gct_api_ticket },
    { PATCH, "/tickets/{id}", GCT_FOR_STAFF, 0, 200, BODY(ticket_body), .see = gct_api_see_ticket,
      .prepare = gct_api_ticket_patch_prepare, .act = gct_api_ticket_patch, .view = gct_api_ticket },
    { POST, "/tickets/{id}/read", GCT_FOR_STAFF, GCT_ROUTE_USER, 200, BODY(read_body),
      .see = gct_api_see_ticket, .act = gct_api_read_move, .view = gct_api_unread },
    { GET, "/tickets/{id}/drafts", GCT_FOR_STAFF, GCT_ROUTE_USER, 200, .see = gct_api_see_ticket,
      .view = gct_api_drafts },
    { PATCH, "/tickets/{id}/drafts", GCT_FOR_STAFF, GCT_ROUTE_USER, 200, BODY(drafts_body),
      .see = gct_api_see_ticket, .act = gct_api_drafts_patch, .view = gct_api_drafts },
    { DELETE, "/tickets/{id}/drafts", GCT_FOR_STAFF, GCT_ROUTE_USER, 204, .see = gct_api_see_ticket,
      .act = gct_api_drafts_delete },
    { GET, "/tickets/{id}/messages", GCT_FOR_STAFF, 0, 200, QUERY(messages_query), .see = gct_api_see_ticket,
      .view = gct_api_messages },
    { POST, "/tickets/{id}/messages", GCT_FOR_STAFF, GCT_ROUTE_ONCE, 202, BODY(message_body),
      .see = gct_api_see_ticket, .prepare = gct_api_message_prepare, .act = gct_api_message_post,
      .view = gct_api_message_done },
    { POST, "/messages/{id}/retry", GCT_FOR_STAFF, 0, 202, .see = gct_api_see_message,
      .act = gct_api_message_retry, .view = gct_api_message_done },
    { DELETE, "/messages/{id}", GCT_FOR_STAFF, 0, 204, .see = gct_api_see_message,
      .act = gct_api_message_discard },
    { GET, "/contacts/{id}", GCT_FOR_STAFF, 0, 200, .view = gct_api_contact },
    { GET, "/search", GCT_FOR_STAFF, 0, 200, QUERY(search_query), .prepare = gct_api_search_prepare,
      .view = gct_api_search },
    { GET, "/channels", GCT_FOR_STAFF, 0, 200, QUERY(page_query), .view = gct_api_channels },
    { PATCH, "/channels/{id}", GCT_FOR_ADMIN, GCT_ROUTE_NAME | GCT_ROUTE_LATER, 200, BODY(channel_body),
      .prepare = gct_api_channel_prepare, .act = gct_api_channel_act, .view = gct_api_channel },
    { GET, "/plugins", GCT_FOR_ADMIN, 0, 200, QUERY(page_query), .prepare = gct_api_plugins },
    { GET, "/quarantine", GCT_FOR_ADMIN, 0, 200, QUERY(quarantine_query), .view = gct_api_quarantine },
    { POST, "/quarantine/{id}/release", GCT_FOR_ADMIN, GCT_ROUTE_LATER, 204,
      .prepare = gct_api_quarantine_release },
    { DELETE, "/quarantine/{id}", GCT_FOR_ADMIN, 0, 204, .act = gct_api_quarantine_drop },
    { GET, "/users", GCT_FOR_STAFF, 0, 200, QUERY(page_query), .view = gct_api_users },
};
const size_t gct_route_count = GCT_COUNT(gct_routes);

/* ---- looking up ---- */

/* Does path fit the pattern? "{id}" takes one part that is not empty. */
static int path_fits(struct gct_slice pattern, struct gct_slice path, struct gct_slice *id)
{
    struct gct_slice want;
    struct gct_slice have;
    *id = GCT_EMPTY;
    while (gct_slice_split(&pattern, '/', &want)) {
        if (!gct_slice_split(&path, '/', &have)) {
            return 0;
        }
        if (gct_slice_is(want, "{id}")) {
            *id = have;
            if (have.len == 0) {
                return 0;
            }
        } else if (!gct_slice_eq(want, have)) {
            return 0;
        }
    }
    return path.len == 0;
}

const struct gct_route *gct_route_find(enum gct_method method, struct gct_slice path, struct gct_slice *id,
                                       char allow[64])
{
    const struct gct_route *found = NULL;
    enum gct_method wanted = method == GCT_METHOD_HEAD ? GCT_METHOD_GET : method;
    struct gct_slice part;
    allow[0] = '\0';
    for (size_t i = 0; i < gct_route_count && gct_slice_ends(path, GCT_LIT("/")) == 0; i++) {
        if (path_fits(gct_slice_of(gct_routes[i].path), path, &part)) {
            size_t len = strlen(allow);
            (void)snprintf(allow + len, 64u - len, "%s%s%s", len == 0 ? "" : ", ",
                           gct_method_name(gct_routes[i].method),
                           gct_routes[i].method == GCT_METHOD_GET ? ", HEAD" : "");
            if (gct_routes[i].method == wanted) {
                found = &gct_routes[i];
                *id = part;
            }
        }
    }
    return found;
}
