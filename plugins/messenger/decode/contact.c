/* How a customer came back, what he allows, and whether he signed in at the business. */
#include "kit/graph/referral.h"
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

void messenger_emit_referral(struct messenger_decoder *decoder, const struct gct_event *head,
                             const struct gct_context *context)
{
    struct gct_event_referral event = { .head = *head, .context = context };

    gct_kit_emit(&decoder->kit, &event.head, GCT_EVENT_REFERRAL, sizeof(event),
                 GCT_KIT_KEY(&decoder->kit, head->customer, messenger_time_text(decoder, head),
                             GCT_KIT_SLICE("referral")));
}

bool messenger_read_referral(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                             const struct gct_json_value *value)
{
    const struct gct_context *context = gct_kit_referral(&decoder->kit, value);
    struct gct_event head = item->head;

    if (!context)
        return true;
    /* A click on a link opens the window by itself; after an ad only the message that follows does. */
    if (context->kind != GCT_CONTEXT_AD)
        head.opener = GCT_KIT_SLICE("referral");
    messenger_emit_referral(decoder, &head, context);
    return true;
}

/* A plugin on the business's own site: a message sent through it opens the window. Its checkbox knows no
 * customer (user_ref instead of an id) and never comes here. */
static void read_plugin(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                        const struct gct_json_value *value)
{
    struct gct_context *context = gct_kit_context(&decoder->kit, GCT_CONTEXT_PLUGIN);
    struct gct_event head = item->head;

    if (!context)
        return;
    context->ref = gct_kit_text(&decoder->kit, value, "ref");
    head.opener = GCT_KIT_SLICE("optin");
    messenger_emit_referral(decoder, &head, context);
}

bool messenger_read_optin(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                          const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice type = gct_kit_text(kit, value, "type");
    struct gct_slice status = gct_kit_text(kit, value, "notification_messages_status");
    bool stopped = gct_kit_is(status, "STOP NOTIFICATIONS");
    struct gct_event_consent event = { .head = item->head, .granted = stopped ? 0 : 1 };

    if (type.len == 0 && gct_kit_get(kit, value, "ref")) {
        read_plugin(decoder, item, value);
        return true;
    }
    if (!gct_kit_is(type, "notification_messages"))
        return false;
    if (status.len > 0 && !stopped && !gct_kit_is(status, "RESUME NOTIFICATIONS"))
        return false;
    event.topic = gct_kit_either(gct_kit_text(kit, value, "title"), gct_kit_text(kit, value, "payload"));
    gct_kit_emit(kit, &event.head, GCT_EVENT_CONSENT, sizeof(event),
                 GCT_KIT_KEY(kit, item->sender, messenger_time_text(decoder, &event.head),
                             GCT_KIT_SLICE("optin"), event.topic));
    return true;
}

bool messenger_read_linking(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                            const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice status = gct_kit_text(kit, value, "status");
    struct gct_event_linking event = { .head = item->head, .linked = gct_kit_is(status, "linked") ? 1 : 0 };

    if (!event.linked && !gct_kit_is(status, "unlinked"))
        return false;
    gct_kit_emit(kit, &event.head, GCT_EVENT_LINKING, sizeof(event),
                 GCT_KIT_KEY(kit, item->sender, messenger_time_text(decoder, &event.head), status));
    return true;
}
