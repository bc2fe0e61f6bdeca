/* Plugin extension "gct.rules/1": what the channel can do and what its platform demands, as dated data.
 *
 * One table drives the composer, the router, the API's refusals, the admin's page and the generated
 * documentation. A rule that is absent means: the channel cannot, or has no such limit. */
#ifndef GUICHET_RULES_H
#define GUICHET_RULES_H

#include <guichet/abi.h>

#define GCT_EXT_RULES "gct.rules/1"

#ifdef __cplusplus
extern "C" {
#endif

/* name, value of the key, name in the API, unit of the value. */
#define GCT_RULE_TABLE(X)                                                                                    \
    X(TEXT_LIMIT, 1, "text_limit", "in the unit of text_unit")                                               \
    X(TEXT_UNIT, 2, "text_unit", "GCT_UNIT_…")                                                               \
    X(WINDOW, 3, "window_ms", "milliseconds after an opening act")                                           \
    X(HUMAN_WINDOW, 4, "human_window_ms", "milliseconds after an opening act, a person's answer only")       \
    X(ATTACHMENTS, 5, "attachments_per_message", "count; text and each attachment may travel apart")         \
    X(QUICK_REPLIES, 6, "quick_replies", "count")                                                            \
    X(QUICK_REPLY_TITLE, 7, "quick_reply_title", "characters")                                               \
    X(REPLY_TO, 8, "reply_to", "1")                                                                          \
    X(TYPING, 9, "typing", "1")                                                                              \
    X(SEEN, 10, "seen", "1")                                                                                 \
    X(DELIVERED, 11, "delivered_receipts", "1")                                                              \
    X(READ, 12, "read_receipts", "1")                                                                        \
    X(REACTIONS_IN, 13, "reactions_in", "1")                                                                 \
    X(REACTIONS_OUT, 14, "reactions_out", "1")                                                               \
    X(EDITS_IN, 15, "edits_in", "1")                                                                         \
    X(UNSEND_IN, 16, "unsend_in", "1")                                                                       \
    X(HANDOVER, 17, "handover", "1")                                                                         \
    X(TEMPLATES, 18, "templates", "1")                                                                       \
    X(ECHOES, 19, "echoes", "1: everything sent comes back with our mark")                                   \
    X(RATE, 20, "calls_per_second", "requests a second and account")                                         \
    X(RATE_MEDIA, 21, "media_calls_per_second", "requests a second and account")                             \
    X(THREAD_GAP, 22, "thread_gap_ms", "milliseconds between two sends to one customer")                     \
    X(ANSWER_WITHIN, 23, "answer_within_ms", "milliseconds to answer a hook")                                \
    X(MARK_LIMIT, 24, "mark_limit", "characters")                                                            \
    X(MEDIA_KEEP, 25, "media_keep", "1: media that customers send may be stored")

#define GCT_RULE_AS_ENUM(name, value, text, unit) GCT_RULE_##name = value,
enum gct_rule_key { GCT_RULE_TABLE(GCT_RULE_AS_ENUM) GCT_RULE_COUNT };
#undef GCT_RULE_AS_ENUM

#define GCT_UNIT_BYTES 1
#define GCT_UNIT_CODE_POINTS 2
#define GCT_UNIT_UTF16 3

struct gct_rule {
    uint32_t size;
    uint32_t key; /* enum gct_rule_key */
    int64_t value;
    const char *since;  /* date of the page it was read on: "2026-05-05" */
    const char *source; /* that page, or in words that no page says so */
};

/* What may be sent or received of one attachment kind. */
struct gct_rule_attachment {
    uint32_t size;
    uint32_t kind;     /* enum gct_attachment_kind */
    uint32_t inbound;  /* 1: can arrive */
    uint32_t outbound; /* 1: can be sent */
    int64_t max_bytes; /* outbound; 0: no limit known */
    const char *mimes; /* outbound, space-separated; "" : any */
    const char *since;
    const char *source;
};

/* Engagement kinds the channel can report, by the names of guichet/engagement.h, are for reports: what a
 * channel cannot tell is shown there as unknown, not as none. Core 0.1 checks the list and has no reports. */
struct gct_ext_rules {
    uint32_t size;
    uint32_t reserved; /* zero */
    const struct gct_rule *const *rules;
    size_t rule_count;
    const struct gct_rule_attachment *const *attachments;
    size_t attachment_count;
    const uint32_t *engagement; /* enum gct_engagement_kind */
    size_t engagement_count;
};

#ifdef __cplusplus
}
#endif

#endif
