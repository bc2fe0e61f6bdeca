/* Our message as calls of the Send API. All of it is checked before the first request is handed over: what
 * cannot be sent is refused as a whole, never cut. */
#include <string.h>

#include "kit/graph/request.h"
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/messenger.h"

struct encoder {
    struct gct_kit kit;
    const struct messenger *self;
    const struct gct_message *message;
    int64_t sent; /* requests so far */
};

/* Attachment kinds that can be sent, with the word of the Send API. Audio and video have a rate of their own.
 */
static const struct outgoing {
    enum gct_attachment_kind kind;
    const char *type;
    uint32_t flags;
    int64_t max_bytes;
} outgoing[] = {
    { GCT_ATTACHMENT_IMAGE, "image", 0, MESSENGER_IMAGE_BYTES },
    { GCT_ATTACHMENT_VIDEO, "video", GCT_HTTP_MEDIA, MESSENGER_ASSET_BYTES },
    { GCT_ATTACHMENT_AUDIO, "audio", GCT_HTTP_MEDIA, MESSENGER_ASSET_BYTES },
    { GCT_ATTACHMENT_FILE, "file", 0, MESSENGER_ASSET_BYTES },
};

static const struct outgoing *find_outgoing(uint32_t kind)
{
    size_t i;

    for (i = 0; i < GCT_KIT_ELEMENTS(outgoing); i++) {
        if (outgoing[i].kind == kind)
            return &outgoing[i];
    }
    return NULL;
}

/* ---- may it be sent? ---- */

static void refuse_if(struct encoder *e, bool wrong, enum gct_status status, const char *reason)
{
    if (wrong)
        gct_kit_fail(&e->kit, status, (struct gct_slice){ reason, strlen(reason) });
}

/* what: "The text has"; unit: "characters". */
static void refuse_over(struct encoder *e, int64_t value, int64_t limit, const char *what, const char *unit)
{
    struct gct_kit *kit = &e->kit;

    if (value > limit) {
        struct gct_slice parts[] = { { what, strlen(what) },
                                     gct_kit_integer_text(kit, value),
                                     { unit, strlen(unit) },
                                     GCT_KIT_SLICE("- Messenger takes at most"),
                                     gct_kit_integer_text(kit, limit) };

        gct_kit_fail(kit, GCT_LIMIT, gct_kit_join(kit, parts, GCT_KIT_ELEMENTS(parts), GCT_KIT_SLICE(" ")));
    }
}

static int64_t characters(struct gct_slice text)
{
    return (int64_t)gct_kit_length(text, MESSENGER_TEXT_UNIT);
}

static void check_attachment(struct encoder *e, const struct gct_attachment *attachment)
{
    const struct outgoing *kind = find_outgoing(attachment->kind);
    bool by_url = gct_kit_begins(attachment->url, "https://") || gct_kit_begins(attachment->url, "http://");

    refuse_if(e, !kind, GCT_UNSUPPORTED,
              "Messenger takes images, videos, audio and files, nothing of this kind");
    refuse_if(e, attachment->url.len > 0 && !by_url, GCT_INVALID,
              "an attachment's address must be http or https");
    refuse_if(e, attachment->url.len == 0 && attachment->remote_id.len == 0, GCT_INVALID,
              "an attachment has neither an address nor an id");
    if (kind)
        refuse_over(e, attachment->bytes, kind->max_bytes, "An attachment has", "bytes");
}

static void check_quick_replies(struct encoder *e)
{
    const struct gct_message *message = e->message;
    size_t i;

    refuse_if(e, message->quick_reply_count > 0 && message->text.len == 0, GCT_UNSUPPORTED,
              "quick replies need a text above them");
    refuse_over(e, message->quick_reply_count, MESSENGER_QUICK_REPLIES, "There are", "quick replies");
    for (i = 0; i < message->quick_reply_count; i++) {
        const struct gct_quick_reply *reply = message->quick_replies[i];

        refuse_if(e, reply->title.len == 0 || reply->payload.len == 0, GCT_INVALID,
                  "a quick reply needs a title and a payload");
        refuse_over(e, characters(reply->title), MESSENGER_QUICK_REPLY_TITLE, "A quick reply has",
                    "characters");
    }
}

static void check_window(struct encoder *e)
{
    const struct gct_message *message = e->message;
    bool human = message->window == GCT_WINDOW_HUMAN;

    refuse_if(e, message->window == GCT_WINDOW_CLOSED, GCT_UNSUPPORTED,
              "the reply window is closed: the customer must write first");
    refuse_if(e, human && message->act == GCT_ACT_REPLY && message->author != GCT_AUTHOR_AGENT,
              GCT_UNSUPPORTED, "after 24 hours only a person may answer");
    refuse_if(e, human && message->reply_to.len > 0, GCT_UNSUPPORTED,
              "after 24 hours Messenger takes no reply to a single message");
}

static void check(struct encoder *e)
{
    const struct gct_message *message = e->message;
    size_t i;

    refuse_if(e, !gct_kit_path_safe(message->account), GCT_INVALID, "the account is not the id of a Page");
    refuse_if(e, message->customer.len == 0, GCT_INVALID, "the message has no customer");
    check_window(e);
    if (message->act != GCT_ACT_REPLY)
        return;
    refuse_if(e, message->text.len == 0 && message->attachment_count == 0, GCT_INVALID,
              "the message is empty");
    refuse_over(e, characters(message->text), MESSENGER_TEXT_LIMIT, "The text has", "characters");
    refuse_over(e, characters(message->mark), MESSENGER_MARK_LIMIT, "The mark has", "characters");
    refuse_over(e, message->attachment_count, MESSENGER_ATTACHMENTS, "There are", "attachments");
    for (i = 0; i < message->attachment_count; i++) {
        check_attachment(e, message->attachments[i]);
    }
    check_quick_replies(e);
}

/* ---- requests ---- */

/* {"recipient":{"id":…}} */
static struct gct_json_value *envelope(struct encoder *e)
{
    struct gct_json_value *recipient = gct_kit_new_object(&e->kit);
    struct gct_json_value *body = gct_kit_new_object(&e->kit);

    gct_kit_set_text(&e->kit, recipient, "id", e->message->customer);
    gct_kit_set(&e->kit, body, "recipient", recipient);
    return body;
}

static void send(struct encoder *e, const struct gct_json_value *body, uint32_t flags)
{
    gct_kit_graph_post(&e->kit, e->self->graph_version, e->message->account, "messages", body, flags);
}

/* One request for one part; takes the "message" object. The mark bears the request's number, because each
 * echo must find its own request; a reply quotes once, with the first part. */
static void send_part(struct encoder *e, struct gct_json_value *part, uint32_t flags)
{
    struct gct_kit *kit = &e->kit;
    const struct gct_message *message = e->message;
    bool human = message->window == GCT_WINDOW_HUMAN;
    struct gct_json_value *body = envelope(e);

    gct_kit_set_text(kit, body, "messaging_type",
                     human ? GCT_KIT_SLICE("MESSAGE_TAG") : GCT_KIT_SLICE("RESPONSE"));
    if (human)
        gct_kit_set_text(kit, body, "tag", GCT_KIT_SLICE("HUMAN_AGENT"));
    if (message->mark.len > 0) {
        struct gct_slice mark[] = { message->mark, gct_kit_integer_text(kit, e->sent) };

        gct_kit_set_text(kit, part, "metadata",
                         gct_kit_join(kit, mark, GCT_KIT_ELEMENTS(mark), GCT_KIT_SLICE(":")));
    }
    gct_kit_set(kit, body, "message", part);
    if (message->reply_to.len > 0 && e->sent == 0) {
        struct gct_json_value *reply_to = gct_kit_new_object(kit);

        gct_kit_set_text(kit, reply_to, "mid", message->reply_to);
        gct_kit_set(kit, body, "reply_to", reply_to);
    }
    send(e, body, flags);
    e->sent++;
}

static void send_attachment(struct encoder *e, const struct gct_attachment *attachment)
{
    struct gct_kit *kit = &e->kit;
    const struct outgoing *kind = find_outgoing(attachment->kind);
    struct gct_json_value *part = gct_kit_new_object(kit);
    struct gct_json_value *object = gct_kit_new_object(kit);
    struct gct_json_value *payload = gct_kit_new_object(kit);

    if (attachment->url.len > 0) {
        gct_kit_set_text(kit, payload, "url", attachment->url);
        gct_kit_set(kit, payload, "is_reusable", kit->json->new_boolean(kit->call, 0));
    } else {
        gct_kit_set_text(kit, payload, "attachment_id", attachment->remote_id);
    }
    gct_kit_set_text(kit, object, "type", (struct gct_slice){ kind->type, strlen(kind->type) });
    gct_kit_set(kit, object, "payload", payload);
    gct_kit_set(kit, part, "attachment", object);
    send_part(e, part, kind->flags);
}

static struct gct_json_value *quick_replies(struct encoder *e)
{
    struct gct_kit *kit = &e->kit;
    struct gct_json_value *list = kit->json->new_array(kit->call);
    size_t i;

    for (i = 0; i < e->message->quick_reply_count; i++) {
        const struct gct_quick_reply *reply = e->message->quick_replies[i];
        struct gct_json_value *object = gct_kit_new_object(kit);

        gct_kit_set_text(kit, object, "content_type", GCT_KIT_SLICE("text"));
        gct_kit_set_text(kit, object, "title", reply->title);
        gct_kit_set_text(kit, object, "payload", reply->payload);
        gct_kit_set_text(kit, object, "image_url", reply->image_url);
        gct_kit_append(kit, list, object);
    }
    return list;
}

static void send_text(struct encoder *e)
{
    struct gct_kit *kit = &e->kit;
    struct gct_json_value *part = gct_kit_new_object(kit);

    gct_kit_set_text(kit, part, "text", e->message->text);
    if (e->message->quick_reply_count > 0)
        gct_kit_set(kit, part, "quick_replies", quick_replies(e));
    send_part(e, part, 0);
}

/* A text and an attachment cannot travel in one call. The text goes first, but last when it has quick
 * replies: they vanish as soon as another message follows. */
static void send_reply(struct encoder *e)
{
    const struct gct_message *message = e->message;
    size_t i;

    if (message->text.len > 0 && message->quick_reply_count == 0)
        send_text(e);
    for (i = 0; i < message->attachment_count && e->kit.status == GCT_OK; i++) {
        send_attachment(e, message->attachments[i]);
    }
    if (message->quick_reply_count > 0)
        send_text(e);
}

static void send_action(struct encoder *e, struct gct_slice action)
{
    struct gct_json_value *body = envelope(e);

    gct_kit_set_text(&e->kit, body, "sender_action", action);
    send(e, body, GCT_HTTP_REPEATABLE | GCT_HTTP_OPTIONAL);
}

uint32_t messenger_encode(const struct gct_plugin *plugin, const struct gct_call *call,
                          const struct gct_message *message)
{
    const struct messenger *self = plugin->self;
    struct encoder e = { .kit = gct_kit_begin(call, self->json), .self = self, .message = message };

    check(&e);
    if (e.kit.status == GCT_OK) {
        switch (message->act) {
        case GCT_ACT_REPLY: send_reply(&e); break;
        case GCT_ACT_TYPING_ON: send_action(&e, GCT_KIT_SLICE("typing_on")); break;
        case GCT_ACT_TYPING_OFF: send_action(&e, GCT_KIT_SLICE("typing_off")); break;
        case GCT_ACT_SEEN: send_action(&e, GCT_KIT_SLICE("mark_seen")); break;
        default: refuse_if(&e, true, GCT_UNSUPPORTED, "Messenger has no such act"); break;
        }
    }
    return e.kit.status;
}
