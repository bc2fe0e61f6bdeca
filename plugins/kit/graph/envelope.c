#include "kit/graph/envelope.h"

#include "kit/reader.h"
#include "kit/text.h"

#define SECONDS_BELOW INT64_C(100000000000)
#define TIME_LIMIT_MS INT64_C(4102444800000)

/* What the dashboard's Test button sends. */
#define TEST_ENTRY "0"
#define TEST_SENDER "12334"
#define TEST_RECIPIENT "23245"

int64_t gct_kit_time(struct gct_kit *kit, const struct gct_json_value *object, const char *name,
                     int64_t fallback)
{
    int64_t time = gct_kit_integer(kit, object, name, 0);

    if (time > 0 && time < SECONDS_BELOW)
        time *= 1000;
    return time > 0 && time < TIME_LIMIT_MS ? time : fallback;
}

struct gct_kit_item gct_kit_item(struct gct_kit *kit, const struct gct_event *entry,
                                 const struct gct_json_value *value)
{
    struct gct_kit_item item = { .value = value, .head = *entry };
    struct gct_slice recipient = gct_kit_id(kit, gct_kit_get(kit, value, "recipient"), "id");

    item.sender = gct_kit_id(kit, gct_kit_get(kit, value, "sender"), "id");
    item.ours = gct_kit_truth(kit, gct_kit_get(kit, value, "message"), "is_echo") ||
                (item.sender.len > 0 && gct_kit_equal(item.sender, entry->account));
    if (item.head.account.len == 0)
        item.head.account = item.ours ? item.sender : recipient;
    item.head.customer = item.ours ? recipient : item.sender;
    item.head.at_ms = gct_kit_time(kit, value, "timestamp", entry->at_ms);
    if (gct_kit_is(item.sender, TEST_SENDER) && gct_kit_is(recipient, TEST_RECIPIENT))
        item.head.flags |= GCT_EVENT_TEST;
    return item;
}

static bool walk_items(struct gct_kit *kit, const struct gct_json_value *list, const struct gct_event *entry,
                       const struct gct_kit_visitor *visitor)
{
    bool known = !list || gct_kit_is_array(kit, list);
    size_t count = gct_kit_is_array(kit, list) ? gct_kit_count(kit, list) : 0;
    size_t i;

    for (i = 0; i < count && kit->status == GCT_OK; i++) {
        const struct gct_json_value *value = gct_kit_at(kit, list, i);

        if (gct_kit_is_object(kit, value)) {
            struct gct_kit_item item = gct_kit_item(kit, entry, value);

            known = visitor->item(visitor->self, &item) && known;
        } else {
            known = false;
        }
    }
    return known;
}

static bool walk_changes(struct gct_kit *kit, const struct gct_json_value *list,
                         const struct gct_event *entry, const struct gct_kit_visitor *visitor)
{
    bool known = !list || gct_kit_is_array(kit, list);
    size_t count = gct_kit_is_array(kit, list) ? gct_kit_count(kit, list) : 0;
    size_t i;

    for (i = 0; i < count && kit->status == GCT_OK; i++) {
        const struct gct_json_value *change = gct_kit_at(kit, list, i);

        known = visitor->change(visitor->self, entry, gct_kit_text(kit, change, "field"),
                                gct_kit_get(kit, change, "value")) &&
                known;
    }
    return known;
}

static bool walk_entry(struct gct_kit *kit, const struct gct_json_value *entry,
                       const struct gct_kit_visitor *visitor)
{
    struct gct_event head = { .account = gct_kit_id(kit, entry, "id"),
                              .at_ms = gct_kit_time(kit, entry, "time", kit->call->now_ms) };
    struct gct_event standby;
    const struct gct_json_value *messaging = gct_kit_get(kit, entry, "messaging");
    const struct gct_json_value *waiting = gct_kit_get(kit, entry, "standby");
    const struct gct_json_value *changes = gct_kit_get(kit, entry, "changes");
    bool known = messaging || waiting || changes;

    if (gct_kit_is(head.account, TEST_ENTRY))
        head.flags |= GCT_EVENT_TEST;
    standby = head;
    standby.flags |= GCT_EVENT_STANDBY;
    known = walk_items(kit, messaging, &head, visitor) && known;
    known = walk_items(kit, waiting, &standby, visitor) && known;
    return walk_changes(kit, changes, &head, visitor) && known;
}

uint32_t gct_kit_walk(struct gct_kit *kit, struct gct_slice body, const char *object,
                      const struct gct_kit_visitor *visitor)
{
    const struct gct_json_value *root = kit->json->parse(kit->call, body);
    const struct gct_json_value *entries = gct_kit_get(kit, root, "entry");
    struct gct_slice reason = { NULL, 0 };
    bool known = true;
    size_t i;

    if (!gct_kit_is_object(kit, root)) {
        gct_kit_fail(kit, GCT_INVALID, GCT_KIT_SLICE("the body is not a JSON object"));
    } else if (gct_kit_text(kit, root, "object").len == 0) {
        gct_kit_fail(kit, GCT_INVALID, GCT_KIT_SLICE("\"object\" is missing"));
    } else if (!gct_kit_is(gct_kit_text(kit, root, "object"), object)) {
        gct_kit_fail(kit, GCT_UNSUPPORTED, GCT_KIT_SLICE("\"object\" is another product's"));
    } else if (!gct_kit_is_array(kit, entries)) {
        gct_kit_fail(kit, GCT_INVALID, GCT_KIT_SLICE("\"entry\" is not a list"));
    }
    for (i = 0; kit->status == GCT_OK && i < gct_kit_count(kit, entries); i++) {
        known = walk_entry(kit, gct_kit_at(kit, entries, i), visitor) && known;
    }
    if (kit->status == GCT_OK && !known) {
        reason = GCT_KIT_SLICE("part of the hook is of a kind that this plugin does not know");
        gct_kit_fail(kit, GCT_UNSUPPORTED, reason);
    }
    return kit->status;
}
