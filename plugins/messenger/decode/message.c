/* Messages, echoes and postbacks: what becomes a line in a ticket. */
#include "kit/graph/attachment.h"
#include "kit/graph/referral.h"
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

/* "appointment requested" */
static void refine_appointment(struct gct_kit *kit, const struct gct_json_value *value,
                               struct gct_attachment *attachment)
{
    struct gct_slice words[] = { GCT_KIT_SLICE("appointment"),
                                 gct_kit_text(kit, gct_kit_get(kit, value, "payload"), "status") };

    attachment->name = gct_kit_join_text(kit, words, words[1].len > 0 ? 2 : 1, GCT_KIT_SLICE(" "));
}

static const struct gct_kit_attachment_type types[] = {
    { "image", GCT_ATTACHMENT_IMAGE, "sticker_id", false, NULL },
    { "video", GCT_ATTACHMENT_VIDEO, NULL, false, NULL },
    { "audio", GCT_ATTACHMENT_AUDIO, NULL, false, NULL },
    { "file", GCT_ATTACHMENT_FILE, NULL, false, NULL },
    { "sticker", GCT_ATTACHMENT_STICKER, "sticker_id", false, NULL },
    { "location", GCT_ATTACHMENT_LOCATION, NULL, false, gct_kit_refine_location },
    { "fallback", GCT_ATTACHMENT_LINK, NULL, false, gct_kit_refine_link },
    { "template", GCT_ATTACHMENT_TEMPLATE, NULL, true, gct_kit_refine_template },
    { "reel", GCT_ATTACHMENT_REEL, "reel_video_id", false, NULL },
    { "ig_reel", GCT_ATTACHMENT_REEL, "reel_video_id", false, NULL },
    { "post", GCT_ATTACHMENT_POST, "id", false, NULL },
    { "ig_post", GCT_ATTACHMENT_POST, "id", false, NULL },
    { "appointment_booking", GCT_ATTACHMENT_TEMPLATE, "booking_id", true, refine_appointment },
};

/* ---- stickers ---- */

/* An address without its signature, which differs from one attachment to the next. */
static struct gct_slice place(struct gct_slice url)
{
    size_t end = 0;

    while (end < url.len && url.ptr[end] != '?') {
        end++;
    }
    return (struct gct_slice){ url.ptr, end };
}

/* Historic: the sticker's id beside the attachments, of which the first is its picture. */
static void read_sticker_id(struct gct_kit *kit, const struct gct_json_value *message,
                            struct gct_kit_attachments *attachments)
{
    struct gct_slice id = gct_kit_id(kit, message, "sticker_id");
    struct gct_attachment *first = attachments->count > 0 ? attachments->list[0] : NULL;

    if (id.len == 0)
        return;
    if (!first)
        first = gct_kit_attach(kit, attachments, GCT_ATTACHMENT_STICKER);
    if (first && first->kind == GCT_ATTACHMENT_IMAGE && first->remote_id.len == 0)
        first->kind = GCT_ATTACHMENT_STICKER;
    if (first && first->kind == GCT_ATTACHMENT_STICKER && first->remote_id.len == 0)
        first->remote_id = id;
}

/* Whether attachment number `at` is a sticker, or its picture, that another attachment shows already. */
static bool shown_already(const struct gct_kit_attachments *attachments, uint32_t at)
{
    const struct gct_attachment *one = attachments->list[at];
    bool again = false;
    uint32_t i;

    for (i = 0; i < attachments->count && !again; i++) {
        const struct gct_attachment *other = attachments->list[i];

        if (i == at || !other || other->kind != GCT_ATTACHMENT_STICKER)
            continue;
        if (one->kind == GCT_ATTACHMENT_STICKER)
            again = i < at && one->remote_id.len > 0 && gct_kit_equal(one->remote_id, other->remote_id);
        else if (one->kind == GCT_ATTACHMENT_IMAGE) /* a client sends no photo together with a sticker */
            again = attachments->count == 2 || gct_kit_equal(place(one->url), place(other->url));
    }
    return again;
}

/* Until 2026-08-30 a sticker came as an image and again as a sticker, long before that as an image that bears
 * a sticker's id. One sticker is one attachment. */
static void fold_stickers(struct gct_kit_attachments *attachments)
{
    uint32_t kept = 0;
    uint32_t count = attachments->count;
    uint32_t i;
    bool found = false;

    for (i = 0; i < count; i++) {
        struct gct_attachment *one = attachments->list[i];

        if (one->kind == GCT_ATTACHMENT_IMAGE && one->remote_id.len > 0)
            one->kind = GCT_ATTACHMENT_STICKER;
        found = found || one->kind == GCT_ATTACHMENT_STICKER;
    }
    for (i = 0; i < count && found; i++) {
        if (shown_already(attachments, i))
            attachments->list[i] = NULL;
    }
    for (i = 0; i < count; i++) {
        if (attachments->list[i])
            attachments->list[kept++] = attachments->list[i];
    }
    attachments->count = kept;
}

/* ---- messages ---- */

static void read_attachments(struct messenger_decoder *decoder, const struct gct_json_value *message,
                             struct gct_event_message *event)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *list = gct_kit_get(kit, message, "attachments");
    size_t count = gct_kit_is_array(kit, list) ? gct_kit_count(kit, list) : 0;
    /* One more for a sticker without a picture, or for a message that has nothing to show. */
    struct gct_kit_attachments attachments = gct_kit_attachments(kit, count + 1);
    size_t i;

    for (i = 0; i < count && kit->status == GCT_OK; i++) {
        gct_kit_attachment_read(kit, types, GCT_KIT_ELEMENTS(types), gct_kit_at(kit, list, i), &attachments);
    }
    if (kit->status == GCT_OK)
        read_sticker_id(kit, message, &attachments);
    fold_stickers(&attachments);
    if (kit->status == GCT_OK && attachments.count == 0 && event->text.len == 0 && !event->context) {
        struct gct_attachment *whole = gct_kit_attach(kit, &attachments, GCT_ATTACHMENT_UNSUPPORTED);

        if (whole)
            whole->raw = gct_kit_raw(kit, message);
    }
    event->attachment_count = attachments.count;
    event->attachments = gct_kit_attachments_of(&attachments);
}

static const struct gct_context *read_commands(struct messenger_decoder *decoder,
                                               const struct gct_json_value *commands)
{
    struct gct_kit *kit = &decoder->kit;
    size_t count = gct_kit_is_array(kit, commands) ? gct_kit_count(kit, commands) : 0;
    struct gct_slice *names = count > 0 ? gct_kit_alloc(kit, count * sizeof(*names)) : NULL;
    struct gct_context *context = names ? gct_kit_context(kit, GCT_CONTEXT_COMMAND) : NULL;
    size_t i;

    for (i = 0; context && i < count; i++) {
        names[i] = gct_kit_text(kit, gct_kit_at(kit, commands, i), "name");
    }
    if (context)
        context->title = gct_kit_join_text(kit, names, count, GCT_KIT_SLICE(" "));
    return context;
}

/* What prompted the message. It has one such place: a referral that finds it taken is told as an event. */
static const struct gct_context *read_context(struct messenger_decoder *decoder,
                                              const struct gct_kit_item *item,
                                              const struct gct_json_value *message)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *quick = gct_kit_get(kit, message, "quick_reply");
    const struct gct_context *referral = gct_kit_referral(kit, gct_kit_get(kit, message, "referral"));
    struct gct_context *context =
        gct_kit_is_object(kit, quick) ? gct_kit_context(kit, GCT_CONTEXT_QUICK_REPLY) : NULL;

    if (context) {
        context->title = gct_kit_text(kit, message, "text");
        context->payload = gct_kit_text(kit, quick, "payload");
        if (referral)
            messenger_emit_referral(decoder, &item->head, referral);
        return context;
    }
    return referral ? referral : read_commands(decoder, gct_kit_get(kit, message, "commands"));
}

static void emit_unsend(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                        struct gct_slice mid)
{
    struct gct_event_unsend event = { .head = item->head, .remote_id = mid };

    gct_kit_emit(&decoder->kit, &event.head, GCT_EVENT_UNSEND, sizeof(event), mid);
}

bool messenger_is_inbox(const struct messenger_decoder *decoder, struct gct_slice app)
{
    struct gct_slice inbox = decoder->self->inbox_app_id;

    if (inbox.len > 0)
        return gct_kit_equal(app, inbox);
    /* Meta's page prints the first, libraries have long used the second. */
    return gct_kit_is(app, "26390203743090") || gct_kit_is(app, "263902037430900");
}

/* Who wrote what our side sent. People write in the Page inbox and in the platform's apps, which leave no id,
 * and through us; what any other app sends is a program's. */
static uint32_t echo_author(const struct messenger_decoder *decoder, struct gct_slice app)
{
    bool people =
        app.len == 0 || gct_kit_equal(app, decoder->self->app_id) || messenger_is_inbox(decoder, app);

    return people ? GCT_AUTHOR_EXTERNAL : GCT_AUTHOR_AUTOMATION;
}

bool messenger_read_message(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                            const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_slice mid = gct_kit_id(kit, value, "mid");
    struct gct_event_message event = { .head = item->head, .remote_id = mid, .author = GCT_AUTHOR_CUSTOMER };
    struct gct_slice key = mid;

    /* Documented for Instagram alone; here it would mean the same. */
    if (gct_kit_truth(kit, value, "is_deleted")) {
        if (mid.len > 0)
            emit_unsend(decoder, item, mid);
        return mid.len > 0;
    }
    event.text = gct_kit_text(kit, value, "text");
    if (mid.len == 0)
        key = GCT_KIT_KEY(kit, item->sender, messenger_time_text(decoder, &event.head),
                          gct_kit_digest(kit, event.text));
    event.reply_to = gct_kit_id(kit, gct_kit_get(kit, value, "reply_to"), "mid");
    event.context = read_context(decoder, item, value);
    read_attachments(decoder, value, &event);
    if (item->ours) {
        event.metadata = gct_kit_text(kit, value, "metadata");
        event.app = gct_kit_id(kit, value, "app_id");
        event.author = echo_author(decoder, event.app);
        key = GCT_KIT_KEY(kit, key, GCT_KIT_SLICE("echo"));
    } else {
        event.head.opener = GCT_KIT_SLICE("message");
    }
    gct_kit_emit(kit, &event.head, GCT_EVENT_MESSAGE, sizeof(event), key);
    return true;
}

bool messenger_read_postback(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                             const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_context *context = gct_kit_context(kit, GCT_CONTEXT_POSTBACK);
    const struct gct_context *referral = gct_kit_referral(kit, gct_kit_get(kit, value, "referral"));
    struct gct_event_message event = { .head = item->head,
                                       .author = GCT_AUTHOR_CUSTOMER,
                                       .context = context };
    struct gct_slice key = gct_kit_id(kit, value, "mid");

    if (!context)
        return true;
    context->title = gct_kit_text(kit, value, "title");
    context->payload = gct_kit_text(kit, value, "payload");
    if (referral) {
        context->ref = referral->ref;
        context->source = referral->source;
        messenger_emit_referral(decoder, &item->head, referral);
    }
    event.remote_id = key;
    event.text = context->title;
    event.head.opener = GCT_KIT_SLICE("postback");
    if (key.len == 0)
        key = GCT_KIT_KEY(kit, item->sender, messenger_time_text(decoder, &event.head),
                          gct_kit_digest(kit, context->payload));
    gct_kit_emit(kit, &event.head, GCT_EVENT_MESSAGE, sizeof(event), key);
    return true;
}
