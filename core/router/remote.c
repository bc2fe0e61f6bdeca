#include "router/remote.h"

#include "base/slice.h"

#define END_BYTES 3u /* a thousand ids of a platform that counts */
#define END_BITS 16u

/* FNV-1a. */
static uint64_t mix(uint64_t hash, struct gct_slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        hash = (hash ^ (unsigned char)bytes.ptr[i]) * 0x100000001b3u;
    }
    return hash;
}

/* The upper half after a multiplication that carries each bit there: the last bytes have not come that far
 * yet. */
static uint32_t upper(uint64_t hash)
{
    return (uint32_t)(((hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu) >> 32);
}

struct gct_value remote_key(struct gct_slice remote_id)
{
    if (remote_id.len == 0) {
        return GCT_V_NULL;
    }
    size_t end = remote_id.len < END_BYTES ? remote_id.len : END_BYTES;
    uint64_t most = mix(0xcbf29ce484222325u, gct_slice_head(remote_id, remote_id.len - end));
    uint64_t all = mix(most, gct_slice_from(remote_id, remote_id.len - end));
    uint32_t low = (1u << END_BITS) - 1u;
    uint32_t key = (upper(most) & ~low) | (upper(all) & low);
    return GCT_V_INT((int32_t)key);
}

/* The next twin; 0 when no other id has the number, or the message itself is there. */
static enum gct_status next_twin(struct gct_db *db, const struct remote *remote, int64_t *twin,
                                 struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *twin = 0;
    enum gct_status status = gct_db_query(db, GCT_SQL_message_twins,
                                          GCT_BIND(remote_key(remote->id), GCT_V_INT(remote->direction),
                                                   GCT_V_INT(remote->account), GCT_V_TEXT(remote->id)),
                                          &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK && gct_rows_integer(rows, 1) == 0) {
        *twin = gct_rows_integer(rows, 0);
    }
    gct_rows_close(&rows);
    return status;
}

enum gct_status remote_write(struct gct_db *db, enum gct_sql sql, const struct remote *remote,
                             struct gct_value *values, size_t count, struct gct_error *err)
{
    int64_t twin = 0;
    enum gct_status refused = gct_db_run(db, sql, values, count, err);
    if (refused != GCT_CONFLICT || remote->id.len == 0) {
        return refused;
    }
    struct gct_error further;
    enum gct_status status = next_twin(db, remote, &twin, &further);
    if (status != GCT_OK || twin == 0) {
        return refused;
    }
    values[count - 1] = GCT_V_INT(twin);
    return gct_db_run(db, sql, values, count, err);
}
