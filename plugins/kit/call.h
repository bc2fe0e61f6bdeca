/* One translation as the functions of the kit see it: the call, the JSON reader, and the first thing that
 * failed.
 *
 * Failure is sticky. After a budget is spent or the core has refused a result, every function gives the empty
 * answer and nothing more is emitted; the callback then returns `status`. So the code of a plugin says what
 * is translated, and the check stands once, at the end. Nothing here keeps memory: all of it is the call's.
 */
#ifndef GUICHET_PLUGINS_KIT_CALL_H
#define GUICHET_PLUGINS_KIT_CALL_H

#include <stdbool.h>

#include <guichet/guichet.h>

struct gct_kit {
    const struct gct_call *call;
    const struct gct_ext_json *json;
    uint32_t status; /* enum gct_status; GCT_OK until the first failure */
};

struct gct_kit gct_kit_begin(const struct gct_call *call, const struct gct_ext_json *json);

/* Zeroed memory of the call; NULL, and GCT_LIMIT from then on, when the budget is spent. */
void *gct_kit_alloc(struct gct_kit *kit, size_t bytes);

/* Remembers the first failure and explains it. reason: one sentence for a person, no personal data. */
void gct_kit_fail(struct gct_kit *kit, enum gct_status status, struct gct_slice reason);

/* Fills in what every event has (kind, size of its struct, key) and hands it over. */
void gct_kit_emit(struct gct_kit *kit, struct gct_event *event, enum gct_event_kind kind, size_t size,
                  struct gct_slice key);

#endif
