/* What a channel tells us, in our words: the results of decode().
 *
 * Each kind is a struct that begins with struct gct_event; head.size is the size of the whole struct. The
 * core checks and copies an event when it is handed over, so every pointer need live only until then. Text
 * fields hold at most 64 KiB of valid UTF-8; ids at most 512 bytes. */
#ifndef GUICHET_EVENT_H
#define GUICHET_EVENT_H

#include <guichet/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of event: name, value, struct. */
#define GCT_EVENT_TABLE(X)                                                                                   \
    X(MESSAGE, 1, gct_event_message)    /* written by the customer, or by our side (an echo) */              \
    X(EDIT, 2, gct_event_edit)          /* the text of an earlier message changed */                         \
    X(UNSEND, 3, gct_event_unsend)      /* an earlier message was taken back */                              \
    X(REACTION, 4, gct_event_reaction)  /* somebody reacted to a message, or took that back */               \
    X(RECEIPT, 5, gct_event_receipt)    /* our messages were delivered or read */                            \
    X(REFERRAL, 6, gct_event_referral)  /* a known customer came back through an ad or a link */             \
    X(CONSENT, 7, gct_event_consent)    /* notifications allowed, stopped, allowed again */                  \
    X(HANDOVER, 8, gct_event_handover)  /* another application took or gave the thread */                    \
    X(NOTICE, 9, gct_event_notice)      /* the platform speaks about the account itself */                   \
    X(FEEDBACK, 10, gct_event_feedback) /* the customer judged an answer */                                  \
    X(LINKING, 11, gct_event_linking)   /* the customer signed in, or out, at the business's own site */     \
    X(UNKNOWN, 12, gct_event_unknown)   /* authentic, of a kind that this plugin does not know */

#define GCT_EVENT_AS_ENUM(name, value, tag) GCT_EVENT_##name = value,
enum gct_event_kind { GCT_EVENT_TABLE(GCT_EVENT_AS_ENUM) GCT_EVENT_COUNT };
#undef GCT_EVENT_AS_ENUM

/* Bits of gct_event.flags. */
#define GCT_EVENT_STANDBY 1u  /* another application owns the thread at this moment */
#define GCT_EVENT_TEST 2u     /* a test button of the platform: counted, never a ticket */
#define GCT_EVENT_PUBLIC 4u   /* happened in public (a comment): never private engagement */
#define GCT_EVENT_BACKFILL 8u /* read from the platform's history, not told at the time */

struct gct_event {
    uint32_t size;
    uint32_t kind; /* enum gct_event_kind */
    uint32_t flags;
    uint32_t reserved;         /* zero */
    struct gct_slice account;  /* the platform's id of the business account */
    struct gct_slice customer; /* the platform's id of the customer; empty for news about the account */
    struct gct_slice key;      /* the same event told again has the same key; unique in (account, kind) */
    int64_t at_ms;             /* when it happened, platform's clock, UTC milliseconds */
    struct gct_slice opener; /* what opened a reply window ("message", "postback", …); empty: none opened */
    int64_t window_ms;       /* length of that window; 0: as in the rules table */
};

/* Attachment kinds, as the API names them. */
#define GCT_ATTACHMENT_TABLE(X)                                                                              \
    X(IMAGE, 1, "image")                                                                                     \
    X(VIDEO, 2, "video")                                                                                     \
    X(AUDIO, 3, "audio")                                                                                     \
    X(FILE, 4, "file")                                                                                       \
    X(STICKER, 5, "sticker")                                                                                 \
    X(LOCATION, 6, "location")                                                                               \
    X(SHARE, 7, "share")                                                                                     \
    X(STORY_MENTION, 8, "story_mention")                                                                     \
    X(STORY_REPLY, 9, "story_reply")                                                                         \
    X(POST, 10, "post")                                                                                      \
    X(REEL, 11, "reel")                                                                                      \
    X(TEMPLATE, 12, "template")                                                                              \
    X(LINK, 13, "link")                                                                                      \
    X(UNSUPPORTED, 14, "unsupported")

#define GCT_ATTACHMENT_AS_ENUM(name, value, text) GCT_ATTACHMENT_##name = value,
enum gct_attachment_kind { GCT_ATTACHMENT_TABLE(GCT_ATTACHMENT_AS_ENUM) GCT_ATTACHMENT_COUNT };
#undef GCT_ATTACHMENT_AS_ENUM

/* One attachment. Members that the platform did not give are empty, or -1 where a number is meant. */
struct gct_attachment {
    uint32_t size;
    uint32_t kind;              /* enum gct_attachment_kind */
    struct gct_slice url;       /* where it can be fetched or seen; may expire */
    struct gct_slice mime;      /* what the platform says, not believed */
    struct gct_slice name;      /* file name or title */
    struct gct_slice remote_id; /* sticker, post, reel or attachment id, digit for digit */
    struct gct_slice raw;       /* the platform's own JSON of it, where a part of it has no field here */
    int64_t bytes;              /* -1: not said */
    int64_t duration_ms;        /* -1: not said */
    int32_t latitude_e7;        /* degrees times ten million; both zero when kind is not LOCATION */
    int32_t longitude_e7;
};

/* What prompted a message or a return. */
#define GCT_CONTEXT_TABLE(X)                                                                                 \
    X(AD, 1, "ad")                                                                                           \
    X(LINK, 2, "link")                                                                                       \
    X(POSTBACK, 3, "postback")                                                                               \
    X(QUICK_REPLY, 4, "quick_reply")                                                                         \
    X(PRODUCT, 5, "product")                                                                                 \
    X(POST_SHARE, 6, "post_share")                                                                           \
    X(STORY_REPLY, 7, "story_reply")                                                                         \
    X(STORY_MENTION, 8, "story_mention")                                                                     \
    X(COMMENT, 9, "comment")                                                                                 \
    X(COMMAND, 10, "command")                                                                                \
    X(ORDER, 11, "order")                                                                                    \
    X(FORM, 12, "form")                                                                                      \
    X(PLUGIN, 13, "plugin")                                                                                  \
    X(QR, 14, "qr")                                                                                          \
    X(SEARCH, 15, "search")

#define GCT_CONTEXT_AS_ENUM(name, value, text) GCT_CONTEXT_##name = value,
enum gct_context_kind { GCT_CONTEXT_TABLE(GCT_CONTEXT_AS_ENUM) GCT_CONTEXT_COUNT };
#undef GCT_CONTEXT_AS_ENUM

struct gct_context {
    uint32_t size;
    uint32_t kind;              /* enum gct_context_kind */
    struct gct_slice title;     /* button title, ad title, product name */
    struct gct_slice payload;   /* what the button or quick reply carries back */
    struct gct_slice ref;       /* the business's own mark in a link or an ad */
    struct gct_slice source;    /* the platform's word for where it came from */
    struct gct_slice url;       /* picture, video, page or story that prompted it */
    struct gct_slice remote_id; /* ad, post, story, comment or product id */
};

/* Who wrote a message. */
#define GCT_AUTHOR_TABLE(X)                                                                                  \
    X(CUSTOMER, 1, "customer")                                                                               \
    X(AGENT, 2, "agent")                                                                                     \
    X(EXTERNAL, 3, "external") /* a person of our side, in the platform's own application */                 \
    X(AUTOMATION, 4, "automation")

#define GCT_AUTHOR_AS_ENUM(name, value, text) GCT_AUTHOR_##name = value,
enum gct_author { GCT_AUTHOR_TABLE(GCT_AUTHOR_AS_ENUM) GCT_AUTHOR_COUNT };
#undef GCT_AUTHOR_AS_ENUM

struct gct_event_message {
    struct gct_event head;
    uint32_t author; /* CUSTOMER; for an echo EXTERNAL, or AUTOMATION when another program than the platform's
                        own wrote it. The core finds out which echoes are ours */
    uint32_t attachment_count;
    struct gct_slice remote_id; /* the platform's id of the message; may be empty (an old postback) */
    struct gct_slice text;
    struct gct_slice reply_to; /* remote id of the message answered; empty: none */
    struct gct_slice metadata; /* echoes: the mark that was set when it was sent */
    struct gct_slice app;      /* echoes: the sending application's id */
    const struct gct_attachment *const *attachments;
    const struct gct_context *context; /* or NULL */
};

struct gct_event_edit {
    struct gct_event head;
    struct gct_slice remote_id;
    struct gct_slice text;
    int64_t revision; /* grows with each edit of a message; 0: the platform does not count */
};

struct gct_event_unsend {
    struct gct_event head;
    struct gct_slice remote_id;
};

#define GCT_SENTIMENT_OTHER 0u
#define GCT_SENTIMENT_POSITIVE 1u
#define GCT_SENTIMENT_NEGATIVE 2u

struct gct_event_reaction {
    struct gct_event head;
    uint32_t author;  /* enum gct_author */
    uint32_t removed; /* 1: the reaction was taken back */
    uint32_t sentiment;
    uint32_t reserved;          /* zero */
    struct gct_slice remote_id; /* the message reacted to */
    struct gct_slice emoji;     /* may be empty when removed */
};

#define GCT_RECEIPT_DELIVERED 1u
#define GCT_RECEIPT_READ 2u

/* Everything of ours sent to the customer at or before watermark_ms, and each message of remote_ids. */
struct gct_event_receipt {
    struct gct_event head;
    uint32_t state;
    uint32_t remote_id_count;
    const struct gct_slice *remote_ids;
    int64_t watermark_ms; /* 0: only remote_ids are meant */
};

struct gct_event_referral {
    struct gct_event head;
    const struct gct_context *context; /* never NULL */
};

struct gct_event_consent {
    struct gct_event head;
    uint32_t granted;  /* 1 in, 0 out */
    uint32_t reserved; /* zero */
    struct gct_slice topic;
};

#define GCT_HANDOVER_OURS 1u      /* we own the thread now */
#define GCT_HANDOVER_OTHERS 2u    /* another application owns it now */
#define GCT_HANDOVER_REQUESTED 3u /* another application asks for it */
#define GCT_HANDOVER_IDLE 4u      /* nobody owns it now */
#define GCT_HANDOVER_ROLES 5u     /* roles of the account's applications changed; no customer */
#define GCT_HANDOVER_PEOPLE 6u    /* the platform's own application owns it now: people of our side answer */

struct gct_event_handover {
    struct gct_event head;
    uint32_t state;
    uint32_t reserved;         /* zero */
    struct gct_slice from_app; /* may be empty */
    struct gct_slice to_app;
    struct gct_slice metadata;
};

#define GCT_NOTICE_INFO 1u
#define GCT_NOTICE_WARNING 2u
#define GCT_NOTICE_BLOCKED 3u /* the account may not send until a notice of state CLEARED */
#define GCT_NOTICE_CLEARED 4u

struct gct_event_notice {
    struct gct_event head;
    uint32_t state;
    uint32_t reserved; /* zero */
    struct gct_slice code;
    struct gct_slice sentence; /* the platform's reason, for the admin; may be empty */
};

struct gct_event_feedback {
    struct gct_event head;
    uint32_t score;             /* 1 to 5 */
    uint32_t reserved;          /* zero */
    struct gct_slice remote_id; /* the message judged; may be empty */
};

struct gct_event_linking {
    struct gct_event head;
    uint32_t linked;   /* 1 linked, 0 unlinked */
    uint32_t reserved; /* zero */
};

/* Of a kind that the plugin does not know; or of nobody whom it could name, then without customer. */
struct gct_event_unknown {
    struct gct_event head;
    struct gct_slice name; /* the platform's name of the kind */
    struct gct_slice raw;  /* its JSON */
};

#ifdef __cplusplus
}
#endif

#endif
