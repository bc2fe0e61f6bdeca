/* The number under which a platform's id of a message is found: message.remote_key. Pure, any thread. */
#ifndef GUICHET_CORE_ROUTER_REMOTE_H
#define GUICHET_CORE_ROUTER_REMOTE_H

#include "store/db.h"

/* 32 bits of the id, or null for none. Ids that differ may share a number, so whoever asks compares the ids
 * too; an index over numbers takes a third of one over ids, which are up to 200 bytes long. Ids that differ
 * only at their end, as those of a platform that counts, have numbers close together, so that a batch of
 * messages changes few pages of the index. The numbers are stored: this must not change without a migration.
 */
struct gct_value remote_key(struct gct_slice remote_id);

#endif
