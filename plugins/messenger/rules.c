/* What Messenger can do and what Meta demands, each with the page it is from and that page's date (the year
 * alone where the page bears no date). What no page says is marked as such. */
#include "messenger/messenger.h"

#define PAGES "https://developers.facebook.com/documentation/business-messaging/messenger-platform/"
#define REFERENCE "https://developers.facebook.com/docs/messenger-platform/"
#define SEND "2026-05-05", PAGES "send-messages"
#define RATES "2026-03-23", PAGES "overview/rate-limiting"
#define ASSETS "2026-04-22", PAGES "send-messages/saving-assets"
#define ROUTING "2025-09-24", PAGES "conversation-routing"
#define HOOKS "2026", PAGES "webhooks"
#define EVENTS "2026", PAGES "webhooks/webhook-events"
#define SEND_API "2026", REFERENCE "reference/send-api"
#define UNVERIFIED "2026", "on no page of the platform; accepted because implementers have seen it"
#define OWN "2026", "Guichet's own choice: the platform names no limit"

#define HOUR_MS INT64_C(3600000)

#define RULE_TABLE(X)                                                                                        \
    X(TEXT_LIMIT, MESSENGER_TEXT_LIMIT, SEND_API)                                                            \
    X(TEXT_UNIT, MESSENGER_TEXT_UNIT, SEND_API)                                                              \
    X(WINDOW, 24 * HOUR_MS, SEND)                                                                            \
    X(HUMAN_WINDOW, INT64_C(7) * 24 * HOUR_MS, SEND)                                                         \
    X(ATTACHMENTS, MESSENGER_ATTACHMENTS, OWN)                                                               \
    X(QUICK_REPLIES, MESSENGER_QUICK_REPLIES, SEND)                                                          \
    X(QUICK_REPLY_TITLE, MESSENGER_QUICK_REPLY_TITLE, SEND)                                                  \
    X(REPLY_TO, 1, SEND)                                                                                     \
    X(TYPING, 1, SEND)                                                                                       \
    X(SEEN, 1, SEND)                                                                                         \
    X(DELIVERED, 1, EVENTS)                                                                                  \
    X(READ, 1, EVENTS)                                                                                       \
    X(REACTIONS_IN, 1, EVENTS)                                                                               \
    X(EDITS_IN, 1, EVENTS)                                                                                   \
    X(UNSEND_IN, 1, UNVERIFIED)                                                                              \
    X(HANDOVER, 1, ROUTING)                                                                                  \
    X(ECHOES, 1, EVENTS)                                                                                     \
    X(RATE, 300, RATES)                                                                                      \
    X(RATE_MEDIA, 10, RATES)                                                                                 \
    X(ANSWER_WITHIN, 5000, HOOKS)                                                                            \
    X(MARK_LIMIT, MESSENGER_MARK_LIMIT, SEND_API)                                                            \
    X(MEDIA_KEEP, 1, EVENTS)

/* since and source come as one argument: DATED splits them. */
#define DATED(since_, source_) .since = since_, .source = source_
#define AS_RULE(key_, value_, ...)                                                                           \
    static const struct gct_rule rule_##key_ = {                                                             \
        .size = sizeof(struct gct_rule), .key = GCT_RULE_##key_, .value = value_, DATED(__VA_ARGS__)         \
    };
#define AS_RULE_POINTER(key_, ...) &rule_##key_,

RULE_TABLE(AS_RULE)
static const struct gct_rule *const rules[] = { RULE_TABLE(AS_RULE_POINTER) };

/* kind, can arrive, can be sent, most bytes when sent */
#define ATTACHMENT_TABLE(X)                                                                                  \
    X(IMAGE, 1, 1, MESSENGER_IMAGE_BYTES, ASSETS)                                                            \
    X(VIDEO, 1, 1, MESSENGER_ASSET_BYTES, ASSETS)                                                            \
    X(AUDIO, 1, 1, MESSENGER_ASSET_BYTES, ASSETS)                                                            \
    X(FILE, 1, 1, MESSENGER_ASSET_BYTES, ASSETS)                                                             \
    X(STICKER, 1, 0, 0, EVENTS)                                                                              \
    X(LOCATION, 1, 0, 0, UNVERIFIED)                                                                         \
    X(POST, 1, 0, 0, EVENTS)                                                                                 \
    X(REEL, 1, 0, 0, EVENTS)                                                                                 \
    X(TEMPLATE, 1, 0, 0, EVENTS)                                                                             \
    X(LINK, 1, 0, 0, EVENTS)                                                                                 \
    X(UNSUPPORTED, 1, 0, 0, EVENTS)

#define AS_ATTACHMENT(kind_, inbound_, outbound_, bytes_, ...)                                               \
    static const struct gct_rule_attachment attachment_##kind_ = { .size =                                   \
                                                                       sizeof(struct gct_rule_attachment),   \
                                                                   .kind = GCT_ATTACHMENT_##kind_,           \
                                                                   .inbound = inbound_,                      \
                                                                   .outbound = outbound_,                    \
                                                                   .max_bytes = bytes_,                      \
                                                                   .mimes = "",                              \
                                                                   DATED(__VA_ARGS__) };
#define AS_ATTACHMENT_POINTER(kind_, ...) &attachment_##kind_,

ATTACHMENT_TABLE(AS_ATTACHMENT)
static const struct gct_rule_attachment *const attachments[] = { ATTACHMENT_TABLE(AS_ATTACHMENT_POINTER) };

static const uint32_t engagement[] = {
    GCT_ENGAGEMENT_CONTACT_STARTED,   GCT_ENGAGEMENT_CONTACT_REFERRED, GCT_ENGAGEMENT_CONTACT_OPTED_IN,
    GCT_ENGAGEMENT_CONTACT_OPTED_OUT, GCT_ENGAGEMENT_CONTACT_BLOCKED,  GCT_ENGAGEMENT_CONTACT_UNBLOCKED,
    GCT_ENGAGEMENT_MESSAGE_RECEIVED,  GCT_ENGAGEMENT_MESSAGE_SENT,     GCT_ENGAGEMENT_MESSAGE_DELIVERED,
    GCT_ENGAGEMENT_MESSAGE_READ,      GCT_ENGAGEMENT_MESSAGE_FAILED,   GCT_ENGAGEMENT_MESSAGE_REACTED,
    GCT_ENGAGEMENT_MESSAGE_UNSENT,    GCT_ENGAGEMENT_SHARE_RECEIVED,   GCT_ENGAGEMENT_WINDOW_OPENED,
    GCT_ENGAGEMENT_WINDOW_EXTENDED,   GCT_ENGAGEMENT_WINDOW_EXPIRED,   GCT_ENGAGEMENT_HANDOVER_TO_AUTOMATION,
    GCT_ENGAGEMENT_HANDOVER_TO_HUMAN, GCT_ENGAGEMENT_SURVEY_ANSWERED,
};

const struct gct_ext_rules messenger_rules = {
    .size = sizeof(messenger_rules),
    .rules = rules,
    .rule_count = sizeof(rules) / sizeof(rules[0]),
    .attachments = attachments,
    .attachment_count = sizeof(attachments) / sizeof(attachments[0]),
    .engagement = engagement,
    .engagement_count = sizeof(engagement) / sizeof(engagement[0]),
};
