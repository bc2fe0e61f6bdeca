/* Who may open the store: one process at a time. guichetd holds the lock for as long as it runs, guichetctl
 * while it works without a gateway. The kernel lets it go when the process ends, however it ends. Any thread.
 */
#ifndef GUICHET_CORE_DAEMON_CONTROL_LOCK_H
#define GUICHET_CORE_DAEMON_CONTROL_LOCK_H

#include "base/error.h"

#define GCT_LOCK_FILE "guichetd.lock"

/* Takes the lock in run_dir, which exists; *fd holds it and stays closed to programs that are started. Does
 * not wait: GCT_AGAIN, with the number of the process that has it. GCT_UNAVAILABLE when the file cannot be
 * made. */
GCT_NODISCARD enum gct_status gct_lock_take(const char *run_dir, int *fd, struct gct_error *err);

/* Lets it go; *fd becomes -1. Nothing happens when it is that already. */
void gct_lock_free(int *fd);

#endif
