/* From a hook to its items, and from the members of an item to their readers. */
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

/* Member of an item, whether it says something of one customer, and who reads it. */
static const struct {
    const char *member;
    bool of_customer;
    messenger_reader *read;
} readers[] = {
    { "message", true, messenger_read_message },
    { "postback", true, messenger_read_postback },
    { "message_edit", true, messenger_read_edit },
    { "reaction", true, messenger_read_reaction },
    { "delivery", true, messenger_read_delivery },
    { "read", true, messenger_read_read },
    { "referral", true, messenger_read_referral },
    { "optin", true, messenger_read_optin },
    { "account_linking", true, messenger_read_linking },
    { "pass_thread_control", true, messenger_read_pass },
    { "take_thread_control", true, messenger_read_take },
    { "request_thread_control", true, messenger_read_request },
    { "app_roles", false, messenger_read_roles },
    { "policy_enforcement", false, messenger_read_policy },
    { "policy-enforcement", false, messenger_read_policy },
    { "response_feedback", true, messenger_read_response_feedback },
    { "messaging_feedback", true, messenger_read_survey },
    { "messaging_customer_information", true, messenger_read_information },
    { "order", true, messenger_read_order },
};

/* Members that every item has: who, to whom, when. */
static const char *const frame[] = { "sender", "recipient", "timestamp", NULL };

/* Members that give power to whoever holds them: in no event, at no depth. (A hook that goes to the
 * quarantine is kept as it came.) */
static const char *const secrets[] = { "notification_messages_token", "authorization_code", "access_token",
                                       NULL };

struct gct_slice messenger_time_text(struct messenger_decoder *decoder, const struct gct_event *head)
{
    return gct_kit_integer_text(&decoder->kit, head->at_ms);
}

static void keep_unknown(struct messenger_decoder *decoder, const struct gct_event *head,
                         struct gct_slice name, const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_event_unknown event = { .head = *head, .name = name };

    if (name.len == 0 || name.len > GCT_KIT_ID_BYTES || !gct_kit_is_line(name))
        event.name = GCT_KIT_SLICE("?");

    (void)gct_kit_is_oversized(kit); /* no longer in the way: where it is too large, raw is empty */
    /* Without an account there is nobody to tell it to: the hook is kept, and that is all. */
    if (head->account.len == 0)
        return;
    event.raw = gct_kit_raw(kit, value);
    gct_kit_emit(kit, &event.head, GCT_EVENT_UNKNOWN, sizeof(event),
                 GCT_KIT_KEY(kit, event.name, head->customer, messenger_time_text(decoder, head),
                             gct_kit_digest(kit, event.raw)));
}

static bool in_frame(struct gct_slice name)
{
    const char *const *member = frame;

    while (*member && !gct_kit_is(name, *member)) {
        member++;
    }
    return *member != NULL;
}

static size_t find_reader(struct gct_slice name)
{
    size_t i = 0;

    while (i < GCT_KIT_ELEMENTS(readers) && !gct_kit_is(name, readers[i].member)) {
        i++;
    }
    return i;
}

static bool read_member(struct messenger_decoder *decoder, const struct gct_kit_item *item, size_t reader,
                        const struct gct_json_value *value)
{
    bool somebody =
        item->head.account.len > 0 && (item->head.customer.len > 0 || !readers[reader].of_customer);

    return somebody && gct_kit_is_object(&decoder->kit, value) &&
           readers[reader].read(decoder, item, value) && !gct_kit_is_oversized(&decoder->kit);
}

/* Whether it is of somebody who is no customer yet: the checkbox of a plugin, and the buttons beside it, know
 * a visitor of the business's own site by user_ref. That is documented, and there is nobody to tell it of. */
static bool is_of_visitor(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                          const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *sender = gct_kit_get(kit, item->value, "sender");

    return item->head.customer.len == 0 &&
           (gct_kit_id(kit, sender, "user_ref").len > 0 || gct_kit_id(kit, value, "user_ref").len > 0);
}

/* What an unknown member of the item is told with. It names the customer only where it may be an act of his:
 * not beside a kind that is known, where it is a remark of the platform, and not in what our side wrote. */
static struct gct_event unknown_head(const struct messenger_decoder *decoder, const struct gct_kit_item *item)
{
    struct gct_event head = item->head;
    bool remark = item->ours;
    size_t i;

    for (i = 0; i < GCT_KIT_ELEMENTS(readers) && !remark; i++) {
        remark = gct_kit_get(&decoder->kit, item->value, readers[i].member) != NULL;
    }
    if (remark)
        head.customer = (struct gct_slice){ NULL, 0 };
    return head;
}

/* Whether a member tells something: it has a reader, or is an object or a list that nobody knows. */
static bool tells(const struct messenger_decoder *decoder, struct gct_slice name, size_t reader,
                  const struct gct_json_value *value)
{
    const struct gct_kit *kit = &decoder->kit;

    return !in_frame(name) && (reader < GCT_KIT_ELEMENTS(readers) || gct_kit_is_object(kit, value) ||
                               gct_kit_is_array(kit, value));
}

/* An item of `messaging` or `standby`. An item of which nothing tells anything is kept whole. */
static bool read_item(void *self, const struct gct_kit_item *item)
{
    struct messenger_decoder *decoder = self;
    const struct gct_ext_json *json = decoder->kit.json;
    const struct gct_event unknown = unknown_head(decoder, item);
    size_t count = json->count(item->value);
    bool known = true;
    size_t found = 0;
    size_t i;

    for (i = 0; i < count && decoder->kit.status == GCT_OK; i++) {
        struct gct_slice name = { NULL, 0 };
        const struct gct_json_value *value = json->member(item->value, i, &name);
        size_t reader = find_reader(name);

        if (!tells(decoder, name, reader, value))
            continue;
        found++;
        if (reader == GCT_KIT_ELEMENTS(readers)) {
            keep_unknown(decoder, &unknown, name, value);
            known = false;
        } else if (readers[reader].of_customer && is_of_visitor(decoder, item, value)) {
            keep_unknown(decoder, &item->head, name, item->value);
        } else if (!read_member(decoder, item, reader, value)) {
            keep_unknown(decoder, item->ours ? &unknown : &item->head, name, value);
            known = false;
        }
    }
    if (found == 0)
        keep_unknown(decoder, &item->head, GCT_KIT_SLICE("messaging"), item->value);
    return known && found > 0;
}

/* Fields of the Page's feed come as changes. So do all other fields when the dashboard's Test button sends
 * them; then the value is an item. */
static bool read_change(void *self, const struct gct_event *head, struct gct_slice field,
                        const struct gct_json_value *value)
{
    struct messenger_decoder *decoder = self;
    bool known = true;

    if (gct_kit_is(field, "feed") && head->account.len > 0) {
        messenger_read_feed(decoder, head, value);
        known = !gct_kit_is_oversized(&decoder->kit);
        if (!known)
            keep_unknown(decoder, head, field, value);
    } else if (gct_kit_get(&decoder->kit, value, "recipient") ||
               gct_kit_get(&decoder->kit, value, "sender")) {
        struct gct_kit_item item = gct_kit_item(&decoder->kit, head, value);

        item.head.flags |= GCT_EVENT_TEST;
        known = read_item(decoder, &item);
    } else {
        keep_unknown(decoder, head, field, value);
        known = false;
    }
    return known;
}

uint32_t messenger_decode(const struct gct_plugin *plugin, const struct gct_call *call,
                          const struct gct_http_request *hook)
{
    const struct messenger *self = plugin->self;
    struct messenger_decoder decoder = { .kit = gct_kit_begin(call, self->json), .self = self };
    const struct gct_kit_visitor visitor = { .self = &decoder, .item = read_item, .change = read_change };

    decoder.kit.secrets = secrets;
    return gct_kit_walk(&decoder.kit, hook->body, "page", &visitor);
}
