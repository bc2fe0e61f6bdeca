/* The envelope that every webhook of the Graph family has, {"object","entry":[{"id","time","messaging":[…],
 * "standby":[…],"changes":[…]}]}, taken apart once for all channels that come in it. */
#ifndef GUICHET_PLUGINS_KIT_GRAPH_ENVELOPE_H
#define GUICHET_PLUGINS_KIT_GRAPH_ENVELOPE_H

#include "kit/call.h"

/* One thing that happened. */
struct gct_kit_item {
    const struct gct_json_value
        *value; /* the object with sender, recipient, timestamp and the kind's member */
    struct gct_event
        head; /* account, customer, at_ms and flags are set: every event of it begins like this */
    struct gct_slice sender;
    bool ours; /* written by the account: an echo. Then the customer is the recipient */
};

/* Where the items go. Each returns false for what it does not know; then the hook is kept. */
struct gct_kit_visitor {
    void *self;
    bool (*item)(void *self, const struct gct_kit_item *item);
    /* A change of the page itself. head is without customer; at_ms is the entry's time. */
    bool (*change)(void *self, const struct gct_event *head, struct gct_slice field,
                   const struct gct_json_value *value);
};

/* Walks through a hook for the given "object" ("page"). Returns what decode() returns: GCT_INVALID when the
 * body is no such envelope, GCT_UNSUPPORTED when part of it was not known; a broken entry does not stop the
 * others. */
uint32_t gct_kit_walk(struct gct_kit *kit, struct gct_slice body, const char *object,
                      const struct gct_kit_visitor *visitor);

/* Builds the item of one object with sender and recipient. */
struct gct_kit_item gct_kit_item(struct gct_kit *kit, const struct gct_event *entry,
                                 const struct gct_json_value *value);

/* A time that may be a number or a string of digits, in seconds when below 10^11; fallback when it is neither
 * or beyond the year 2099. UTC milliseconds. */
int64_t gct_kit_time(struct gct_kit *kit, const struct gct_json_value *object, const char *name,
                     int64_t fallback);

#endif
