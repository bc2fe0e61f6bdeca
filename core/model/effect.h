/* News of a committed change: what the live feed, the sender and the upkeep hear about. Ids only. */
#ifndef GUICHET_CORE_MODEL_EFFECT_H
#define GUICHET_CORE_MODEL_EFFECT_H

#include <stdint.h>

#define GCT_EFFECT_TABLE(X)                                                                                  \
    X(TICKET_CREATED)  /* ticket */                                                                          \
    X(TICKET_UPDATED)  /* ticket */                                                                          \
    X(TICKET_LEFT)     /* account, ticket, team: it was that team's, and is no more */                       \
    X(MESSAGE_CREATED) /* ticket, message */                                                                 \
    X(MESSAGE_UPDATED) /* ticket, message */                                                                 \
    X(CHANNEL_UPDATED) /* account */                                                                         \
    X(OUTBOX_DUE)      /* account: something may be sent */                                                  \
    X(INBOX_DUE)       /* a raw hook waits to be decoded */                                                  \
    X(PROFILE_WANTED)  /* account, contact: nothing is known about the contact yet */

#define GCT_EFFECT_AS_ENUM(name) GCT_EFFECT_##name,
enum gct_effect_kind { GCT_EFFECT_TABLE(GCT_EFFECT_AS_ENUM) GCT_EFFECT_COUNT };
#undef GCT_EFFECT_AS_ENUM

/* Members that do not apply are 0. */
struct gct_effect {
    enum gct_effect_kind kind;
    int64_t account;
    int64_t ticket;
    int64_t message;
    int64_t contact;
    int64_t team;
};

#endif
