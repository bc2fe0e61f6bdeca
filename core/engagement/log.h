/* The engagement log's only writer: facts, append only, without text, name or platform id.
 *
 * A type or a field that is not in the vocabulary cannot be written, by construction; a value that is too
 * long or looks like an address, a link or a telephone number is refused (C-E-1). Store thread, inside a
 * write. */
#ifndef GUICHET_CORE_ENGAGEMENT_LOG_H
#define GUICHET_CORE_ENGAGEMENT_LOG_H

#include <guichet/engagement.h>
#include <guichet/event.h>

#include "store/store.h"

#define GCT_ENGAGEMENT_TEXT 64u

/* Who did it. */
#define GCT_ENGAGEMENT_ACTOR_TABLE(X)                                                                        \
    X(CUSTOMER, "customer")                                                                                  \
    X(AGENT, "agent")                                                                                        \
    X(EXTERNAL, "external")                                                                                  \
    X(AUTOMATION, "automation")                                                                              \
    X(SYSTEM, "system")                                                                                      \
    X(PLATFORM, "platform")
#define GCT_ENGAGEMENT_ACTOR_AS_ENUM(name, text) GCT_BY_##name,
enum gct_engagement_actor { GCT_ENGAGEMENT_ACTOR_TABLE(GCT_ENGAGEMENT_ACTOR_AS_ENUM) GCT_BY_COUNT };
#undef GCT_ENGAGEMENT_ACTOR_AS_ENUM

/* How a contact came. */
#define GCT_ORIGIN_TABLE(X)                                                                                  \
    X(NONE, NULL) /* not said */                                                                             \
    X(ORGANIC, "organic")                                                                                    \
    X(AD, "ad")                                                                                              \
    X(LINK, "link")                                                                                          \
    X(QR, "qr")                                                                                              \
    X(COMMENT, "comment")                                                                                    \
    X(STORY, "story")                                                                                        \
    X(SEARCH, "search")                                                                                      \
    X(UNKNOWN, "unknown")
#define GCT_ORIGIN_AS_ENUM(name, text) GCT_ORIGIN_##name,
enum gct_origin { GCT_ORIGIN_TABLE(GCT_ORIGIN_AS_ENUM) GCT_ORIGIN_COUNT };
#undef GCT_ORIGIN_AS_ENUM

/* What a line is about, beside the kinds of attachments, which have the numbers of enum gct_attachment_kind.
 */
#define GCT_ABOUT_TABLE(X)                                                                                   \
    X(TEXT, 100, "text")                                                                                     \
    X(OTHER, 110, "other") /* of a reaction: GCT_SENTIMENT_… behind the first */                           \
    X(POSITIVE, 111, "positive")                                                                             \
    X(NEGATIVE, 112, "negative")
#define GCT_ABOUT_AS_ENUM(name, value, text) GCT_ABOUT_##name = value,
enum gct_engagement_about { GCT_ABOUT_TABLE(GCT_ABOUT_AS_ENUM) };
#undef GCT_ABOUT_AS_ENUM

/* One line of the log; columns of the same names (docs/engagement.md). Zero and empty members are null,
 * except len_bucket, which is null when has_length is 0. */
struct gct_engagement {
    enum gct_engagement_kind type;
    enum gct_engagement_actor actor;
    int64_t occurred_ms;    /* the platform's clock; 0: now */
    int64_t source;         /* gct_engagement_source */
    int64_t customer;       /* gct_engagement_customer; 0: none */
    struct gct_slice agent; /* agent key */
    int64_t ticket;
    uint32_t kind; /* enum gct_attachment_kind or enum gct_engagement_about */
    int has_length;
    int len_bucket; /* gct_engagement_length */
    int64_t media_ms;
    int64_t media_count;
    enum gct_origin origin;
    struct gct_slice campaign; /* gct_engagement_campaign */
    struct gct_slice audience;
    struct gct_slice lang; /* "fr", "en", "other" */
    struct gct_slice public_ref;
    struct gct_slice flag;
    struct gct_slice target;
    struct gct_slice reason;
    int score; /* 1 to 5 */
    struct gct_slice person;
    struct gct_slice linked;
};

/* The log's number of a channel (the plugin's id) and one of its accounts, which is added when the log meets
 * it first. It never changes, so that who writes many lines need not ask again. Store thread, inside a write.
 */
GCT_NODISCARD enum gct_status gct_engagement_source(struct gct_tx *tx, struct gct_slice channel,
                                                    int64_t account, int64_t *number, struct gct_error *err);
/* The same for a customer's key. */
GCT_NODISCARD enum gct_status gct_engagement_customer(struct gct_tx *tx, struct gct_slice key,
                                                      int64_t *number, struct gct_error *err);

/* Append one line. GCT_INVALID with the field's name (never its value) when a value may not stand in the log.
 */
GCT_NODISCARD enum gct_status gct_engagement_write(struct gct_tx *tx, const struct gct_engagement *event,
                                                   struct gct_error *err);

/* 1 when text may stand in the log: at most GCT_ENGAGEMENT_TEXT characters of UTF-8 without control
 * characters, and no e-mail address, link or telephone number. */
int gct_engagement_allowed(struct gct_slice text);

/* The bucket of a length in characters: 0 none, 1 to 20, to 80, to 280, to 1000, more. */
int gct_engagement_length(size_t characters);

/* The business's own code out of a link's or an ad's mark, lower case; empty when it is not made of at most
 * 32 characters [a-z0-9._-] or may not stand in the log. room holds the result. */
#define GCT_CAMPAIGN_TEXT 33
struct gct_slice gct_engagement_campaign(struct gct_slice ref, char room[GCT_CAMPAIGN_TEXT]);

/* The origin that a context (or NULL) tells; without one: organic. */
enum gct_origin gct_engagement_origin(const struct gct_context *context);

/* "message.received", … ; NULL for a number that is no kind. */
const char *gct_engagement_type(enum gct_engagement_kind kind);

#endif
