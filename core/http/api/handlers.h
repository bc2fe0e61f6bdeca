/* The handlers behind the route table (http/routes.c), by subject. Which thread runs what: http/api.h. */
#ifndef GUICHET_CORE_HTTP_API_HANDLERS_H
#define GUICHET_CORE_HTTP_API_HANDLERS_H

#include "http/api.h"

/* A handler that prepares, acts or views, by the three signatures of struct gct_route. */
#define GCT_PREPARE(name) enum gct_status name(struct gct_api_request *request)
#define GCT_ACT(name)                                                                                        \
    enum gct_status name(struct gct_api_request *request, struct gct_tx *tx, struct gct_error *err)
#define GCT_VIEW(name)                                                                                       \
    enum gct_status name(struct gct_api_request *request, struct gct_db *db, struct gct_error *err)

/* session.c */
GCT_PREPARE(gct_api_sign_in);
GCT_PREPARE(gct_api_session);
GCT_PREPARE(gct_api_sign_out);
/* settings.c */
GCT_ACT(gct_api_settings_patch);
GCT_VIEW(gct_api_settings);
/* tickets.c */
GCT_PREPARE(gct_api_tickets_prepare);
GCT_VIEW(gct_api_tickets);
GCT_VIEW(gct_api_ticket);
GCT_PREPARE(gct_api_ticket_patch_prepare);
GCT_ACT(gct_api_ticket_patch);
/* desk.c: reading position and drafts */
GCT_ACT(gct_api_read_move);
GCT_VIEW(gct_api_unread);
GCT_ACT(gct_api_drafts_patch);
GCT_VIEW(gct_api_drafts);
GCT_ACT(gct_api_drafts_delete);
/* messages.c */
GCT_VIEW(gct_api_messages);
GCT_PREPARE(gct_api_message_prepare);
GCT_ACT(gct_api_message_post);
GCT_ACT(gct_api_message_retry);
GCT_ACT(gct_api_message_discard);
GCT_VIEW(gct_api_message_done);
/* contacts.c */
GCT_VIEW(gct_api_contact);
/* search.c */
GCT_PREPARE(gct_api_search_prepare);
GCT_VIEW(gct_api_search);
/* channels.c */
GCT_VIEW(gct_api_channels);
GCT_PREPARE(gct_api_channel_prepare);
GCT_ACT(gct_api_channel_act);
GCT_VIEW(gct_api_channel);
GCT_PREPARE(gct_api_plugins);
/* quarantine.c */
GCT_VIEW(gct_api_quarantine);
GCT_PREPARE(gct_api_quarantine_release);
GCT_ACT(gct_api_quarantine_drop);
/* users.c */
GCT_VIEW(gct_api_users);

/* ---- what they share ---- */

/* May the caller see the ticket (message) {id}? GCT_OK or GCT_NOT_FOUND. place.c */
GCT_VIEW(gct_api_see_ticket);
GCT_VIEW(gct_api_see_message);

/* The user behind the request; 0 for a token. */
int64_t gct_api_user(const struct gct_api_request *request);

/* An action's GCT_CONFLICT with NOT_FOUND as its problem is the status GCT_NOT_FOUND. */
enum gct_status gct_api_action(struct gct_api_request *request, enum gct_status status);

/* The limit parameter, or 50. */
size_t gct_api_limit(const struct gct_api_request *request);

/* {"items", "next_cursor"} with next null when the page was the last. */
struct gct_json *gct_api_page(struct gct_json *items, struct gct_slice next);

/* A cursor is "key.id" in decimal; both 0 when there is none. GCT_INVALID for anything else. */
GCT_NODISCARD enum gct_status gct_api_cursor_read(struct gct_api_request *request, int64_t *key, int64_t *id);
struct gct_slice gct_api_cursor_write(struct gct_api_request *request, int64_t key, int64_t id);

/* The scope's lists as values of a query; NULL without limit. */
struct gct_value gct_api_accounts(struct gct_api_request *request);
struct gct_value gct_api_teams(struct gct_api_request *request);

#endif
