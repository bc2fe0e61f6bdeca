/* The number under which a platform's id of a message is found: message.remote_key; and how a row gets one.
 */
#ifndef GUICHET_CORE_ROUTER_REMOTE_H
#define GUICHET_CORE_ROUTER_REMOTE_H

#include "model/message.h"
#include "store/db.h"

/* 32 bits of the id, or null for none. Pure, any thread. Ids that differ may share a number, so whoever asks
 * compares the ids too; an index over numbers takes a third of one over ids, which are up to 200 bytes long.
 * Ids that differ only at their end, as those of a platform that counts, have numbers close together, so that
 * a batch of messages changes few pages of the index. The numbers are stored: this must not change without a
 * migration.
 */
struct gct_value remote_key(struct gct_slice remote_id);

/* Whose id it is; the index is unique over number, direction and twin. */
struct remote {
    int64_t account;
    enum gct_direction direction;
    struct gct_slice id;
};

/* Run a statement that gives a row this id; the last of its values is the twin, and 0. When another id has
 * that number the next twin is taken. GCT_CONFLICT when the message is there already. Store thread, inside a
 * write. */
GCT_NODISCARD enum gct_status remote_write(struct gct_db *db, enum gct_sql sql, const struct remote *remote,
                                           struct gct_value *values, size_t count, struct gct_error *err);

#endif
