/* Webhooks in: verification requests, and hooks that are answered once they are on the disk.
 *
 * The way of a hook: signature over the raw bytes (here, on the loop) → decode (the plugin's thread) → rows
 * (the store thread) → 200. On any trouble with the plugin, and when the store is behind, the raw hook is
 * kept instead, and decoded later. One whose events the store refuses for a reason of their own goes to
 * quarantine. Only when the store cannot keep it, or not within GCT_HOOK_PATIENCE_MS, the answer is 503: the
 * platform sends it again. */
#ifndef GUICHET_CORE_HTTP_HOOK_H
#define GUICHET_CORE_HTTP_HOOK_H

#include "http/web.h"
#include "router/ingest.h"

#define GCT_HOOK_PATIENCE_MS 4500

/* name, what it counts. Since the start. */
#define GCT_HOOK_COUNT_TABLE(X)                                                                              \
    X(accepted, "hooks kept and answered with 200")                                                          \
    X(denied, "hooks with a missing, wrong or old signature")                                                \
    X(unavailable, "hooks answered with 503")                                                                \
    X(raw, "hooks kept raw, to be decoded later")                                                            \
    X(aside, "hooks whose events the store refused, kept in quarantine")                                     \
    X(challenges, "verification requests answered")

struct gct_hook_counts {
#define GCT_HOOK_AS_FIELD(name, text) uint64_t name;
    GCT_HOOK_COUNT_TABLE(GCT_HOOK_AS_FIELD)
#undef GCT_HOOK_AS_FIELD
};

struct gct_hook_door;

/* totals outlives it. */
struct gct_hook_door *gct_hook_door_new(const struct gct_web *web, struct gct_ingest_totals *totals);
/* After the store was closed and the loop's box was emptied. */
void gct_hook_door_free(struct gct_hook_door **door);
struct gct_hook_counts gct_hook_counts(const struct gct_hook_door *door);

/* Before the body is read: is there such a channel, may the method be, how large may the body be? */
void gct_hook_admit(struct gct_hook_door *door, const struct gct_request *request,
                    struct gct_admission *admission);

/* Takes an exchange whose path begins with /hooks/. */
void gct_hook_handle(struct gct_hook_door *door, struct gct_exchange *exchange);

#endif
