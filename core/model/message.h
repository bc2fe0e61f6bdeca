/* What a message is and how far it got: numbers of the store, names of the API, and the rule by which news
 * about its delivery are joined in any order. Pure, any thread. */
#ifndef GUICHET_CORE_MODEL_MESSAGE_H
#define GUICHET_CORE_MODEL_MESSAGE_H

#include <guichet/event.h>

#include "base/error.h"

#define GCT_DIRECTION_TABLE(X) X(IN, 0, "in") X(OUT, 1, "out")
#define GCT_DIRECTION_AS_ENUM(name, value, text) GCT_DIRECTION_##name = value,
enum gct_direction { GCT_DIRECTION_TABLE(GCT_DIRECTION_AS_ENUM) GCT_DIRECTION_COUNT };
#undef GCT_DIRECTION_AS_ENUM

#define GCT_MESSAGE_KIND_TABLE(X)                                                                            \
    X(MESSAGE, 0, "message") /* seen by the customer */                                                      \
    X(NOTE, 1, "note")       /* seen by agents only */                                                       \
    X(SYSTEM, 2, "system")   /* a line about what happened; its context says what */
#define GCT_MESSAGE_KIND_AS_ENUM(name, value, text) GCT_KIND_##name = value,
enum gct_message_kind { GCT_MESSAGE_KIND_TABLE(GCT_MESSAGE_KIND_AS_ENUM) GCT_KIND_COUNT };
#undef GCT_MESSAGE_KIND_AS_ENUM

#define GCT_DELIVERY_TABLE(X)                                                                                \
    X(QUEUED, 0, "queued")                                                                                   \
    X(SENDING, 1, "sending") /* a request is on its way, or was when we last knew */                         \
    X(SENT, 2, "sent")       /* the platform took it */                                                      \
    X(DELIVERED, 3, "delivered")                                                                             \
    X(READ, 4, "read")                                                                                       \
    X(FAILED, 5, "failed")
#define GCT_DELIVERY_AS_ENUM(name, value, text) GCT_DELIVERY_##name = value,
enum gct_delivery { GCT_DELIVERY_TABLE(GCT_DELIVERY_AS_ENUM) GCT_DELIVERY_COUNT };
#undef GCT_DELIVERY_AS_ENUM

/* What the delivery is after news arrived. It only goes forward: what the platform took cannot fail, what was
 * read was delivered. A failed message whose proof of sending comes later is sent after all. */
enum gct_delivery gct_delivery_merge(enum gct_delivery now, enum gct_delivery news);

/* All of the message is at the platform: sent, delivered or read. */
int gct_delivery_is_sent(enum gct_delivery delivery);

/* Bits of message.flags. */
#define GCT_MESSAGE_DATED 1u     /* sent_ms is the platform's own time, not ours */
#define GCT_MESSAGE_DISCARDED 2u /* failed and put away by an agent: left out of every list */
#define GCT_MESSAGE_STANDBY 4u   /* came while another application owned the thread */
#define GCT_MESSAGE_BACKFILL 8u  /* read from the platform's history */
#define GCT_MESSAGE_ADOPTED                                                                                  \
    16u /* its sending stands in the engagement log already, seen as somebody else's */

#define GCT_MEDIA_STATE_TABLE(X)                                                                             \
    X(LINKED, 0, "linked")   /* on the platform, by its url */                                               \
    X(STORED, 1, "stored")   /* a copy of ours */                                                            \
    X(EXPIRED, 2, "expired") /* the platform no longer has it */                                             \
    X(REFUSED, 3, "refused") /* may not be fetched or shown */
#define GCT_MEDIA_AS_ENUM(name, value, text) GCT_MEDIA_##name = value,
enum gct_media_state { GCT_MEDIA_STATE_TABLE(GCT_MEDIA_AS_ENUM) GCT_MEDIA_STATE_COUNT };
#undef GCT_MEDIA_AS_ENUM

#define GCT_OUTBOX_STATE_TABLE(X)                                                                            \
    X(QUEUED, 0, "queued")   /* to be sent at next_ms or later */                                            \
    X(SENDING, 1, "sending") /* claimed: a request may be on its way */                                      \
    X(WAITING, 2, "waiting") /* the answer was lost: until next_ms an echo may still prove the sending */    \
    X(FAILED, 3, "failed")   /* its message failed: kept, since it knows which parts were sent */
#define GCT_OUTBOX_AS_ENUM(name, value, text) GCT_OUTBOX_##name = value,
enum gct_outbox_state { GCT_OUTBOX_STATE_TABLE(GCT_OUTBOX_AS_ENUM) GCT_OUTBOX_STATE_COUNT };
#undef GCT_OUTBOX_AS_ENUM

/* Names of the API; "unknown" for a number that is none. */
const char *gct_direction_name(uint32_t direction);
const char *gct_message_kind_name(uint32_t kind);
const char *gct_delivery_name(uint32_t delivery);
const char *gct_media_state_name(uint32_t state);
const char *gct_author_name(uint32_t author);
const char *gct_attachment_kind_name(uint32_t kind);
const char *gct_context_kind_name(uint32_t kind);
GCT_NODISCARD enum gct_status gct_attachment_kind_read(struct gct_slice text, enum gct_attachment_kind *out);

#endif
