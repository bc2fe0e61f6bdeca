/* Whether a hook comes from the platform: gct.verify/1 computed.
 *
 * Nothing of a hook is parsed or stored before this said yes. Any thread, at once; allocates nothing of its
 * own; a kilobyte takes microseconds. Comparison is in constant time, and a hook whose header is missing or
 * malformed costs the same digests as one whose signature is wrong. */
#ifndef GUICHET_CORE_PLUGIN_VERIFY_H
#define GUICHET_CORE_PLUGIN_VERIFY_H

#include "plugin/registry.h"

/* path is what follows /hooks/{channel}, body the bytes as they came. GCT_OK: one of the schemes of the path
 * matches. GCT_DENIED: none does, with why the last one does not, for the log (it holds nothing of the hook).
 * GCT_NOT_FOUND: no hooks are taken on this path. */
GCT_NODISCARD enum gct_status gct_verify_hook(const struct gct_instance *instance, struct gct_slice path,
                                              const struct gct_header *headers, size_t header_count,
                                              struct gct_slice body, int64_t now_ms, struct gct_error *err);

/* The platform's request to confirm an address: query is its raw query. GCT_OK: answer with *answer as
 * text/plain; it stands in room, which has at least query.len bytes. GCT_DENIED: wrong token or parameters.
 * GCT_NOT_FOUND: the channel's platform makes no such request. */
GCT_NODISCARD enum gct_status gct_verify_challenge(const struct gct_instance *instance,
                                                   struct gct_slice query, char *room,
                                                   struct gct_slice *answer, struct gct_error *err);

/* How many hooks each secret proved since the instance was opened: one that stays idle can be removed. Gives
 * 0 past the last secret. */
struct gct_verify_count {
    struct gct_slice option;
    size_t value; /* 0: the first value of the option */
    uint64_t matches;
};
int gct_verify_count(const struct gct_instance *instance, size_t index, struct gct_verify_count *out);

#endif
