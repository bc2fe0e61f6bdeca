/* Raw hooks that wait are decoded again: taken from the store, given to the plugin, kept or put back. Driven
 * by the loop; what blocks runs on the store's and the plugins' threads. */
#ifndef GUICHET_CORE_DAEMON_INBOX_H
#define GUICHET_CORE_DAEMON_INBOX_H

#include "net/loop.h"
#include "router/directory.h"
#include "store/store.h"

struct gct_inbox_pump;

struct gct_inbox_pump *gct_inbox_pump_new(struct gct_loop *loop, struct gct_store *store,
                                          struct gct_directory_slot *slot);
/* After the store was closed and the loop's box was emptied. */
void gct_inbox_pump_free(struct gct_inbox_pump **pump);

/* Something may be due. Loop thread. */
void gct_inbox_pump_kick(struct gct_inbox_pump *pump);

/* The same from any thread. */
void gct_inbox_pump_wake(struct gct_inbox_pump *pump);

#endif
