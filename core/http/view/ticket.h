/* Tickets as the API and the feed show them, from the rows of ticket_card. Any thread. */
#ifndef GUICHET_CORE_HTTP_VIEW_TICKET_H
#define GUICHET_CORE_HTTP_VIEW_TICKET_H

#include "base/json.h"
#include "router/directory.h"
#include "store/db.h"

/* Columns of the view ticket_card, in its order; unread follows where a user asks. */
#define GCT_TICKET_COLUMNS(X)                                                                                \
    X(ID)                                                                                                    \
    X(VERSION)                                                                                               \
    X(STATUS)                                                                                                \
    X(PRIORITY)                                                                                              \
    X(ACCOUNT_ID)                                                                                            \
    X(CONTACT_ID)                                                                                            \
    X(CONVERSATION_ID)                                                                                       \
    X(CHANNEL)                                                                                               \
    X(PLUGIN)                                                                                                \
    X(ACCOUNT_NAME)                                                                                          \
    X(ACCOUNT_STATE)                                                                                         \
    X(CHANNEL_PAUSED)                                                                                        \
    X(CONTACT_NAME)                                                                                          \
    X(HANDLE)                                                                                                \
    X(AVATAR_URL)                                                                                            \
    X(ASSIGNEE_ID)                                                                                           \
    X(ASSIGNEE_NAME)                                                                                         \
    X(TEAM_ID)                                                                                               \
    X(TEAM_NAME)                                                                                             \
    X(TAGS)                                                                                                  \
    X(CREATED_MS)                                                                                            \
    X(UPDATED_MS)                                                                                            \
    X(LAST_MESSAGE_MS)                                                                                       \
    X(FIRST_RESPONSE_MS)                                                                                     \
    X(SOLVED_MS)                                                                                             \
    X(SNOOZED_UNTIL_MS)                                                                                      \
    X(MESSAGES_IN)                                                                                           \
    X(UNANSWERED)                                                                                            \
    X(PREVIEW)                                                                                               \
    X(PREVIEW_DIRECTION)                                                                                     \
    X(PREVIEW_KIND)                                                                                          \
    X(WINDOW_OPENED_MS)                                                                                      \
    X(WINDOW_CLOSES_MS) X(WINDOW_OPENED_BY) X(HUMAN_UNTIL_MS) X(UNREACHABLE) X(DEADLINE_MS) X(UNREAD)
#define GCT_TICKET_AS_COLUMN(name) GCT_TICKET_COL_##name,
enum gct_ticket_column { GCT_TICKET_COLUMNS(GCT_TICKET_AS_COLUMN) GCT_TICKET_COL_COUNT };
#undef GCT_TICKET_AS_COLUMN

/* The current row as a LiveTicket, with unread when with_unread is set. */
struct gct_json *gct_view_ticket(struct gct_rows *rows, const struct gct_directory *directory, int64_t now_ms,
                                 int with_unread);

/* One ticket for a user (0: a token, nothing was read). GCT_NOT_FOUND. */
GCT_NODISCARD enum gct_status gct_view_ticket_one(struct gct_db *db, const struct gct_directory *directory,
                                                  int64_t user, int64_t ticket, int64_t now_ms,
                                                  int with_unread, struct gct_json **out, int64_t *version,
                                                  struct gct_error *err);

/* {"id","name"}; null when id is 0. */
struct gct_json *gct_view_named(int64_t id, struct gct_slice name);

/* The customer of a row: id, name, handle, avatar_url. */
struct gct_json *gct_view_customer(int64_t id, struct gct_slice name, struct gct_slice handle,
                                   struct gct_slice avatar);

/* At most characters of the first line, white space folded; a slice in room of GCT_PREVIEW_ROOM bytes. */
#define GCT_PREVIEW_ROOM 1000u
struct gct_slice gct_view_excerpt(struct gct_slice text, size_t characters, char room[GCT_PREVIEW_ROOM]);

#endif
