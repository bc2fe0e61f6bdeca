/* What happens to messages that are there already: edits, reactions, receipts, a judgement on an answer. */
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

bool messenger_read_edit(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                         const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_event_edit event = { .head = item->head,
                                    .remote_id = gct_kit_id(kit, value, "mid"),
                                    .text = gct_kit_text(kit, value, "text"),
                                    .revision = gct_kit_integer(kit, value, "num_edit", 0) };
    /* The time tells edits apart where they are not counted. */
    int64_t mark = event.revision > 0 ? event.revision : event.head.at_ms;

    /* Without a text it would blank the message. */
    if (event.remote_id.len == 0 || event.revision < 0 ||
        kit->json->type(gct_kit_get(kit, value, "text")) != GCT_JSON_STRING)
        return false;
    gct_kit_emit(kit, &event.head, GCT_EVENT_EDIT, sizeof(event),
                 GCT_KIT_KEY(kit, event.remote_id, gct_kit_integer_text(kit, mark)));
    return true;
}

/* The platform's word for a reaction, what it says, and the emoji where the platform gives none. */
static const struct feeling {
    const char *word;
    uint32_t sentiment;
    struct gct_slice emoji;
} feelings[] = {
    { "love", GCT_SENTIMENT_POSITIVE, { GCT_TEXT("\xe2\x9d\xa4") } },
    { "like", GCT_SENTIMENT_POSITIVE, { GCT_TEXT("\xf0\x9f\x91\x8d") } },
    { "smile", GCT_SENTIMENT_POSITIVE, { GCT_TEXT("\xf0\x9f\x98\x86") } },
    { "wow", GCT_SENTIMENT_OTHER, { GCT_TEXT("\xf0\x9f\x98\xae") } },
    { "sad", GCT_SENTIMENT_NEGATIVE, { GCT_TEXT("\xf0\x9f\x98\xa2") } },
    { "angry", GCT_SENTIMENT_NEGATIVE, { GCT_TEXT("\xf0\x9f\x98\xa0") } },
    { "dislike", GCT_SENTIMENT_NEGATIVE, { GCT_TEXT("\xf0\x9f\x91\x8e") } },
};

static const struct feeling *find_feeling(struct gct_slice word)
{
    size_t i;

    for (i = 0; i < GCT_KIT_ELEMENTS(feelings); i++) {
        if (gct_kit_is(word, feelings[i].word))
            return &feelings[i];
    }
    return NULL;
}

bool messenger_read_reaction(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                             const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice action = gct_kit_text(kit, value, "action");
    struct gct_slice word = gct_kit_id(kit, value, "reaction");
    const struct feeling *feeling = find_feeling(word);
    struct gct_event_reaction event = { .head = item->head,
                                        .author = item->ours ? GCT_AUTHOR_EXTERNAL : GCT_AUTHOR_CUSTOMER,
                                        .removed = gct_kit_is(action, "unreact") ? 1 : 0,
                                        .sentiment = feeling ? feeling->sentiment : GCT_SENTIMENT_OTHER,
                                        .remote_id = gct_kit_id(kit, value, "mid"),
                                        .emoji = gct_kit_id(kit, value, "emoji") };

    if (event.remote_id.len == 0 || (!event.removed && !gct_kit_is(action, "react")))
        return false;
    if (feeling)
        event.emoji = gct_kit_either(event.emoji, feeling->emoji);
    if (!event.removed) {
        event.emoji = gct_kit_either(event.emoji, gct_kit_either(word, GCT_KIT_SLICE("?")));
        if (!item->ours)
            event.head.opener = GCT_KIT_SLICE("reaction");
    }
    gct_kit_emit(
        kit, &event.head, GCT_EVENT_REACTION, sizeof(event),
        GCT_KIT_KEY(kit, event.remote_id, item->sender, action, messenger_time_text(decoder, &event.head)));
    return true;
}

/* Ids that one event may name. What is beyond is covered by the watermark. */
#define RECEIPTS 4096u

/* mids may be absent; the watermark alone says it all, for everything up to it is meant. */
static bool read_receipt(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                         const struct gct_json_value *value, uint32_t state)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *mids = gct_kit_get(kit, value, "mids");
    size_t listed = gct_kit_is_array(kit, mids) ? gct_kit_count(kit, mids) : 0;
    size_t count = listed < RECEIPTS ? listed : RECEIPTS;
    struct gct_slice *ids = count > 0 ? gct_kit_alloc(kit, count * sizeof(*ids)) : NULL;
    struct gct_event_receipt event = { .head = item->head, .state = state, .remote_ids = ids };
    struct gct_slice state_text =
        state == GCT_RECEIPT_READ ? GCT_KIT_SLICE("read") : GCT_KIT_SLICE("delivered");
    struct gct_slice mark = { NULL, 0 };
    size_t i;

    event.watermark_ms = gct_kit_time(kit, value, "watermark", 0);
    for (i = 0; ids && i < count; i++) {
        struct gct_slice id = kit->json->string(gct_kit_at(kit, mids, i));

        if (id.len > 0 && id.len <= GCT_KIT_ID_BYTES && gct_kit_is_line(id)) {
            mark = gct_kit_either(mark, id);
            ids[event.remote_id_count++] = id;
        }
    }
    if (event.watermark_ms > 0)
        mark = gct_kit_integer_text(kit, event.watermark_ms);
    /* A receipt by the Page itself would be about the customer's messages: not what this event says. */
    if (item->ours || (event.watermark_ms == 0 && event.remote_id_count == 0))
        return false;
    gct_kit_emit(kit, &event.head, GCT_EVENT_RECEIPT, sizeof(event),
                 GCT_KIT_KEY(kit, item->sender, state_text, mark));
    return true;
}

bool messenger_read_delivery(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                             const struct gct_json_value *value)
{
    return read_receipt(decoder, item, value, GCT_RECEIPT_DELIVERED);
}

bool messenger_read_read(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                         const struct gct_json_value *value)
{
    return read_receipt(decoder, item, value, GCT_RECEIPT_READ);
}

bool messenger_read_response_feedback(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                                      const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice feedback = gct_kit_text(kit, value, "feedback");
    bool good = gct_kit_is(feedback, "Good response");
    struct gct_event_feedback event = { .head = item->head,
                                        .score = good ? 5 : 1,
                                        .remote_id = gct_kit_id(kit, value, "mid") };

    if (!good && !gct_kit_is(feedback, "Bad response"))
        return false;
    gct_kit_emit(kit, &event.head, GCT_EVENT_FEEDBACK, sizeof(event),
                 GCT_KIT_KEY(kit, event.remote_id, item->sender, messenger_time_text(decoder, &event.head)));
    return true;
}
