/* Who owns the thread, and what the platform says to the Page itself. */
#include <string.h>

#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

static void emit_handover(struct messenger_decoder *decoder, struct gct_event_handover *event,
                          const char *kind)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice name = { kind, strlen(kind) };

    gct_kit_emit(kit, &event->head, GCT_EVENT_HANDOVER, sizeof(*event),
                 GCT_KIT_KEY(kit, event->head.customer, messenger_time_text(decoder, &event->head), name));
}

/* The thread has another owner now. Without an id of our own in the configuration, `unnamed` decides: the
 * platform tells the application that receives a thread that it was passed, and the one that loses it that it
 * was taken. */
static void read_change(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                        const struct gct_json_value *value, const char *kind, uint32_t unnamed)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice own = decoder->self->app_id;
    struct gct_event_handover event = { .head = item->head };

    event.from_app = gct_kit_id(kit, value, "previous_owner_app_id");
    event.to_app = gct_kit_id(kit, value, "new_owner_app_id");
    event.metadata = gct_kit_text(kit, value, "metadata");
    if (event.to_app.len == 0)
        event.state = GCT_HANDOVER_IDLE;
    else if (messenger_is_inbox(decoder, event.to_app))
        event.state = GCT_HANDOVER_PEOPLE;
    else if (own.len > 0)
        event.state = gct_kit_equal(own, event.to_app) ? GCT_HANDOVER_OURS : GCT_HANDOVER_OTHERS;
    else
        event.state = item->head.flags & GCT_EVENT_STANDBY ? GCT_HANDOVER_OTHERS : unnamed;
    emit_handover(decoder, &event, kind);
}

bool messenger_read_pass(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                         const struct gct_json_value *value)
{
    read_change(decoder, item, value, "pass_thread_control", GCT_HANDOVER_OURS);
    return true;
}

bool messenger_read_take(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                         const struct gct_json_value *value)
{
    read_change(decoder, item, value, "take_thread_control", GCT_HANDOVER_OTHERS);
    return true;
}

bool messenger_read_request(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                            const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_event_handover event = { .head = item->head, .state = GCT_HANDOVER_REQUESTED };

    event.to_app = gct_kit_id(kit, value, "requested_owner_app_id");
    event.metadata = gct_kit_text(kit, value, "metadata");
    emit_handover(decoder, &event, "request_thread_control");
    return true;
}

bool messenger_read_roles(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                          const struct gct_json_value *value)
{
    struct gct_event_handover event = { .head = item->head, .state = GCT_HANDOVER_ROLES };

    event.head.customer = (struct gct_slice){ NULL, 0 };
    event.metadata = gct_kit_raw(&decoder->kit, value);
    emit_handover(decoder, &event, "app_roles");
    return true;
}

static const struct {
    const char *action;
    uint32_t state;
} enforcements[] = {
    { "warning", GCT_NOTICE_WARNING },
    { "block", GCT_NOTICE_BLOCKED },
    { "unblock", GCT_NOTICE_CLEARED },
};

bool messenger_read_policy(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                           const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_event_notice event = { .head = item->head, .state = GCT_NOTICE_INFO };
    size_t i;

    event.head.customer = (struct gct_slice){ NULL, 0 };
    event.code = gct_kit_id(kit, value, "action");
    event.sentence = gct_kit_text(kit, value, "reason");
    if (event.code.len == 0)
        return false;
    for (i = 0; i < GCT_KIT_ELEMENTS(enforcements); i++) {
        if (gct_kit_is(event.code, enforcements[i].action))
            event.state = enforcements[i].state;
    }
    gct_kit_emit(kit, &event.head, GCT_EVENT_NOTICE, sizeof(event),
                 GCT_KIT_KEY(kit, messenger_time_text(decoder, &event.head), event.code,
                             gct_kit_digest(kit, event.sentence)));
    return true;
}
