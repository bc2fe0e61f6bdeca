/* One translation as the functions of the kit see it: the call, the JSON reader, and the first thing that
 * failed.
 *
 * Failure is sticky. After a budget is spent or the core has refused a result, every function gives the empty
 * answer and nothing more is emitted; the callback then returns `status`. So the code of a plugin says what
 * is translated, and the check stands once, at the end. Nothing here keeps memory: all of it is the call's.
 *
 * One odd item must not cost the others: what is larger than an event may hold fails its item alone. Nothing
 * of it is emitted from then on, and whoever walks through the items asks gct_kit_is_oversized. */
#ifndef GUICHET_PLUGINS_KIT_CALL_H
#define GUICHET_PLUGINS_KIT_CALL_H

#include <stdbool.h>

#include <guichet/guichet.h>

struct gct_kit {
    const struct gct_call *call;
    const struct gct_ext_json *json;
    /* Names of members that give power to whoever holds them, NULL at the end: left out of raw JSON at any
     * depth. */
    const char *const *secrets;
    uint32_t status; /* enum gct_status; GCT_OK until the first failure */
    bool oversized;  /* the item at hand */
};

struct gct_kit gct_kit_begin(const struct gct_call *call, const struct gct_ext_json *json);

/* Whether the item at hand did not fit into an event; and from here on it is another item's turn. */
bool gct_kit_is_oversized(struct gct_kit *kit);

/* Zeroed memory of the call; NULL, and GCT_LIMIT from then on, when the budget is spent. */
void *gct_kit_alloc(struct gct_kit *kit, size_t bytes);

/* Remembers the first failure and explains it. reason: one sentence for a person, no personal data. */
void gct_kit_fail(struct gct_kit *kit, enum gct_status status, struct gct_slice reason);

/* Fills in what every event has (kind, size of its struct, key) and hands it over. */
void gct_kit_emit(struct gct_kit *kit, struct gct_event *event, enum gct_event_kind kind, size_t size,
                  struct gct_slice key);

#endif
