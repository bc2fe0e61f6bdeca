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
