/* Raw hooks that wait are decoded again: taken from the store, given to the plugin, kept or put back. Driven
 * by the loop; what blocks runs on the store's and the plugins' threads. */
#ifndef GUICHET_CORE_DAEMON_INBOX_H
#define GUICHET_CORE_DAEMON_INBOX_H

#include "net/loop.h"
#include "router/ingest.h"
#include "store/store.h"

struct gct_inbox_pump;

/* totals outlives it. */
struct gct_inbox_pump *gct_inbox_pump_new(struct gct_loop *loop, struct gct_store *store,
                                          struct gct_directory_slot *slot, struct gct_ingest_totals *totals);
/* After the store was closed and the loop's box was emptied. */
void gct_inbox_pump_free(struct gct_inbox_pump **pump);

/* Something may be due. Loop thread. Rows that are not due yet, and what the store could not say now, are
 * looked at again by themselves. */
void gct_inbox_pump_kick(struct gct_inbox_pump *pump);

/* The plugins are other ones now: every row is due, with all its attempts before it. Loop thread. */
void gct_inbox_pump_afresh(struct gct_inbox_pump *pump);

/* gct_inbox_pump_kick from any thread. */
void gct_inbox_pump_wake(struct gct_inbox_pump *pump);

#endif
