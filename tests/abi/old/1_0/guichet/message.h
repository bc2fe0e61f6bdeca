/* What we want said on a channel, and what the provider's answer meant: input of encode(), output of
 * classify(). */
#ifndef GUICHET_MESSAGE_H
#define GUICHET_MESSAGE_H

#include <guichet/event.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GCT_ACT_REPLY 1u /* a message: text, attachments, quick replies */
#define GCT_ACT_TYPING_ON 2u
#define GCT_ACT_TYPING_OFF 3u
#define GCT_ACT_SEEN 4u

#define GCT_WINDOW_NONE 0u /* the channel has no window */
#define GCT_WINDOW_OPEN 1u
#define GCT_WINDOW_HUMAN 2u /* only a person may still answer */
#define GCT_WINDOW_CLOSED 3u

struct gct_quick_reply {
    uint32_t size;
    uint32_t reserved; /* zero */
    struct gct_slice title;
    struct gct_slice payload;
    struct gct_slice image_url; /* may be empty */
};

struct gct_message {
    uint32_t size;
    uint32_t act;    /* GCT_ACT_… */
    uint32_t author; /* GCT_AUTHOR_AGENT or GCT_AUTHOR_AUTOMATION */
    uint32_t window; /* GCT_WINDOW_…, at now_ms, by the core's clock */
    struct gct_slice account;
    struct gct_slice customer;
    /* Set it where the platform gives it back in the echo; request n, counted from 0, appends ":n". */
    struct gct_slice mark;
    struct gct_slice text;
    struct gct_slice reply_to; /* remote id; empty: none */
    uint32_t attachment_count;
    uint32_t quick_reply_count;
    const struct gct_attachment *const *attachments;
    const struct gct_quick_reply *const *quick_replies;
};

/* What became of one request. */
#define GCT_OUTCOME_TABLE(X)                                                                                 \
    X(SENT, 1, "sent")       /* the platform took it */                                                      \
    X(RETRY, 2, "temporary") /* not taken; the same request may succeed later */                             \
    X(REFUSED, 3, "refused") /* not taken, and will never be as it is */                                     \
    X(WINDOW_CLOSED, 4, "window_closed")                                                                     \
    X(AUTHORITY_LOST, 5, "authority_lost") /* token or permission: the account waits for an admin */         \
    X(RATE_LIMITED, 6, "rate_limited")     /* the account pauses */                                          \
    X(UNREACHABLE, 7, "unreachable")       /* this customer cannot be written to (blocked, gone) */          \
    X(NOT_OWNER, 8, "not_owner")           /* another application controls the thread */                     \
    X(RESTRICTED, 9, "restricted")         /* the platform restricted the whole account */                   \
    X(MEDIA_REJECTED, 10, "media_rejected")                                                                  \
    X(UNCLEAR, 11, "unclear")           /* the answer does not say whether it was taken */                   \
    X(MESSAGE_GONE, 12, "message_gone") /* the message that it answers was deleted */

#define GCT_OUTCOME_AS_ENUM(name, value, text) GCT_OUTCOME_##name = value,
enum gct_outcome { GCT_OUTCOME_TABLE(GCT_OUTCOME_AS_ENUM) GCT_OUTCOME_COUNT };
#undef GCT_OUTCOME_AS_ENUM

/* Filled in by classify(). The core sets size and zeroes the rest before the call. */
struct gct_verdict {
    uint32_t size;
    uint32_t outcome;           /* enum gct_outcome */
    int64_t retry_after_ms;     /* -1: the core chooses */
    struct gct_slice remote_id; /* the platform's id of what was sent; may be empty */
    struct gct_slice code;      /* the platform's code, for the log and the admin: "10/2018278" */
    struct gct_slice sentence;  /* what a person should know, in English; no personal data */
    uint32_t usage_percent;     /* how much of the account's allowance is used, 0 to 100; 0: not said */
    uint32_t reserved;          /* zero */
    int64_t pause_ms;           /* the platform asks the account to pause this long; 0: no */
};

#ifdef __cplusplus
}
#endif

#endif
