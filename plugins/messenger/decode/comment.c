/* Comments under posts of the Page. They happen in public: flagged so, and never private engagement. All else
 * in the feed (posts, likes, shares) is public life of the Page and none of our business. */
#include "kit/graph/referral.h"
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

static void emit_comment(struct messenger_decoder *decoder, const struct gct_event *head, struct gct_slice id,
                         const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_context *context = gct_kit_context(kit, GCT_CONTEXT_COMMENT);
    struct gct_event_message event = { .head = *head, .author = GCT_AUTHOR_CUSTOMER, .context = context };

    if (!context)
        return;
    context->remote_id = gct_kit_id(kit, value, "post_id");
    event.remote_id = id;
    event.text = gct_kit_text(kit, value, "message");
    event.reply_to = gct_kit_id(kit, value, "parent_id");
    /* A comment under the post itself names the post as its parent. */
    if (gct_kit_equal(event.reply_to, context->remote_id))
        event.reply_to = (struct gct_slice){ NULL, 0 };
    event.head.opener = GCT_KIT_SLICE("comment");
    gct_kit_emit(kit, &event.head, GCT_EVENT_MESSAGE, sizeof(event), id);
}

static void emit_edit(struct messenger_decoder *decoder, const struct gct_event *head, struct gct_slice id,
                      struct gct_slice text)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_event_edit event = { .head = *head, .remote_id = id, .text = text };

    gct_kit_emit(kit, &event.head, GCT_EVENT_EDIT, sizeof(event),
                 GCT_KIT_KEY(kit, id, messenger_time_text(decoder, head)));
}

static void emit_unsend(struct messenger_decoder *decoder, const struct gct_event *head, struct gct_slice id)
{
    struct gct_event_unsend event = { .head = *head, .remote_id = id };

    gct_kit_emit(&decoder->kit, &event.head, GCT_EVENT_UNSEND, sizeof(event), id);
}

void messenger_read_feed(struct messenger_decoder *decoder, const struct gct_event *entry,
                         const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice verb = gct_kit_text(kit, value, "verb");
    struct gct_slice id = gct_kit_id(kit, value, "comment_id");
    struct gct_event head = *entry;

    head.customer = gct_kit_id(kit, gct_kit_get(kit, value, "from"), "id");
    head.at_ms = gct_kit_time(kit, value, "created_time", entry->at_ms);
    head.flags |= GCT_EVENT_PUBLIC;
    /* Nobody is named, or it is the Page's own answer. */
    if (head.customer.len == 0 || gct_kit_equal(head.customer, head.account))
        return;
    if (!gct_kit_is(gct_kit_text(kit, value, "item"), "comment") || id.len == 0)
        return;
    if (gct_kit_is(verb, "add")) {
        emit_comment(decoder, &head, id, value);
    } else if (gct_kit_is(verb, "edited") &&
               kit->json->type(gct_kit_get(kit, value, "message")) == GCT_JSON_STRING) {
        head.at_ms = entry->at_ms;
        emit_edit(decoder, &head, id, gct_kit_text(kit, value, "message"));
    } else if (gct_kit_is(verb, "remove")) {
        head.at_ms = entry->at_ms;
        emit_unsend(decoder, &head, id);
    }
}
