/* The platform took a part of a reply of ours: told by its answer, or by its echo, in any order, any number
 * of times. Store thread, in a write. */
#ifndef GUICHET_CORE_ROUTER_DELIVERY_PROOF_H
#define GUICHET_CORE_ROUTER_DELIVERY_PROOF_H

#include "router/ingest/arrival.h"

struct proof {
    uint32_t part;              /* request of the reply, from 0 */
    uint32_t parts;             /* how many there are; 0: as the outbox says */
    struct gct_slice remote_id; /* may be empty */
    int64_t at_ms;
    int dated; /* at_ms is the platform's time */
};

/* Notes the part's id, moves the outbox on, and makes the message sent with its last part. A failed message
 * of which a part is still to be sent stays failed. */
GCT_NODISCARD enum gct_status proof_take(struct route *route, const struct found *message,
                                         const struct proof *proof, struct gct_error *err);

#endif
