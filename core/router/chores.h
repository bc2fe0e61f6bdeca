/* What happens because time passes: windows run out, snoozed tickets wake, solved ones close, an echo did not
 * come, memories of events that cannot come again are thrown away. One write a turn, bounded, to be run every
 * second. */
#ifndef GUICHET_CORE_ROUTER_CHORES_H
#define GUICHET_CORE_ROUTER_CHORES_H

#include "router/directory.h"

#define GCT_CHORE_BATCH 200u

/* How long an event key, parked news and idempotency keys are remembered. */
#define GCT_SEEN_KEEP_MS (8 * GCT_DAY_MS)
#define GCT_PARKED_KEEP_MS (30 * GCT_DAY_MS)
#define GCT_ONCE_KEEP_MS GCT_DAY_MS

/* At most GCT_CHORE_BATCH rows of each kind. *more is 1 when something is left over: run it again at once. */
GCT_NODISCARD enum gct_status gct_router_chores(struct gct_tx *tx, const struct gct_directory *directory,
                                                int *more, struct gct_error *err);

#endif
