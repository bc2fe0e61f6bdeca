/* One thread for what blocks and is nobody's hurry: reading configuration, loading and unloading plugins,
 * giving memory back. */
#ifndef GUICHET_CORE_DAEMON_WORKER_H
#define GUICHET_CORE_DAEMON_WORKER_H

#include "base/mailbox.h"

struct gct_worker;

struct gct_worker *gct_worker_new(void);
/* Runs what is waiting, then ends. */
void gct_worker_free(struct gct_worker **worker);

/* post->run runs on the worker's thread. Any thread. */
void gct_worker_do(struct gct_worker *worker, struct gct_post *post);

/* Returns when all that was given before has run. Any thread but the worker's. */
void gct_worker_wait(struct gct_worker *worker);

#endif
