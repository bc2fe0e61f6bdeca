#include "kit/call.h"

#include <stdalign.h>

#include "kit/text.h"

struct gct_kit gct_kit_begin(const struct gct_call *call, const struct gct_ext_json *json)
{
    static const char *const none[] = { NULL };

    return (struct gct_kit){ .call = call, .json = json, .secrets = none, .status = GCT_OK };
}

bool gct_kit_is_oversized(struct gct_kit *kit)
{
    bool oversized = kit->oversized;

    kit->oversized = false;
    return oversized;
}

void *gct_kit_alloc(struct gct_kit *kit, size_t bytes)
{
    void *memory = NULL;

    if (kit->status == GCT_OK) {
        memory = kit->call->alloc(kit->call, bytes, alignof(max_align_t));
        if (!memory)
            gct_kit_fail(kit, GCT_LIMIT, GCT_KIT_SLICE("the memory of the call is used up"));
    }
    return memory;
}

void gct_kit_fail(struct gct_kit *kit, enum gct_status status, struct gct_slice reason)
{
    if (kit->status != GCT_OK)
        return;
    kit->status = status;
    kit->call->explain(kit->call, reason);
}

void gct_kit_emit(struct gct_kit *kit, struct gct_event *event, enum gct_event_kind kind, size_t size,
                  struct gct_slice key)
{
    uint32_t status;

    if (kit->status != GCT_OK || kit->oversized)
        return;
    event->size = (uint32_t)size;
    event->kind = kind;
    event->key = key;
    status = kit->call->emit_event(kit->call, event);
    if (status != GCT_OK)
        gct_kit_fail(kit, status, GCT_KIT_SLICE("the core did not take an event"));
}
