/* Messages as the API and the feed show them, from the rows of message_card. Any thread. */
#ifndef GUICHET_CORE_HTTP_VIEW_MESSAGE_H
#define GUICHET_CORE_HTTP_VIEW_MESSAGE_H

#include "base/json.h"
#include "store/db.h"

/* Columns of the view message_card, in its order. */
#define GCT_MESSAGE_COLUMNS(X)                                                                               \
    X(ID)                                                                                                    \
    X(TICKET_ID)                                                                                             \
    X(VERSION)                                                                                               \
    X(DIRECTION)                                                                                             \
    X(KIND)                                                                                                  \
    X(AUTHOR)                                                                                                \
    X(USER_ID)                                                                                               \
    X(USER_NAME)                                                                                             \
    X(CONTACT_ID)                                                                                            \
    X(CONTACT_NAME)                                                                                          \
    X(TEXT)                                                                                                  \
    X(REPLY_TO_ID)                                                                                           \
    X(CONTEXT)                                                                                               \
    X(REMOTE_ID)                                                                                             \
    X(CLIENT_KEY)                                                                                            \
    X(SENT_MS)                                                                                               \
    X(RECEIVED_MS)                                                                                           \
    X(EDITED_MS) X(UNSENT_MS) X(DELIVERY) X(ERROR_CODE) X(ERROR_TEXT) X(FLAGS) X(ACCOUNT_ID) X(TEAM_ID)
#define GCT_MESSAGE_AS_COLUMN(name) GCT_MESSAGE_COL_##name,
enum gct_message_column { GCT_MESSAGE_COLUMNS(GCT_MESSAGE_AS_COLUMN) GCT_MESSAGE_COL_COUNT };
#undef GCT_MESSAGE_AS_COLUMN

/* The current row with its attachments and reactions (queries of their own on db). */
GCT_NODISCARD enum gct_status gct_view_message(struct gct_db *db, struct gct_rows *rows,
                                               struct gct_json **out, struct gct_error *err);

/* Where a message belongs, for the check of scope. */
struct gct_message_place {
    int64_t account;
    int64_t team;
    int64_t ticket;
};

/* One message. GCT_NOT_FOUND. place may be NULL. */
GCT_NODISCARD enum gct_status gct_view_message_one(struct gct_db *db, int64_t message, struct gct_json **out,
                                                   struct gct_message_place *place, struct gct_error *err);

#endif
