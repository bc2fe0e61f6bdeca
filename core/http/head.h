/* What a request carries beside its body, read: cookies, bearer tokens, entity tags, keys, cursors. Pure; any
 * thread. */
#ifndef GUICHET_CORE_HTTP_HEAD_H
#define GUICHET_CORE_HTTP_HEAD_H

#include <guichet/abi.h>

#include "base/error.h"

/* The value of a cookie by its whole name; empty when the header has none. */
struct gct_slice gct_head_cookie(struct gct_slice header, struct gct_slice name);

/* The token of an Authorization header; empty when it has another scheme or none. */
struct gct_slice gct_head_bearer(struct gct_slice header);

/* If-Match: the version that a ticket must have; 0: any. GCT_INVALID when it is no ETag of ours. */
GCT_NODISCARD enum gct_status gct_head_if_match(struct gct_slice header, int64_t *version);

/* Is it an Idempotency-Key: 1 to 128 visible ASCII characters? */
int gct_head_is_key(struct gct_slice header);

/* A cursor, "key.id" in decimal. GCT_INVALID for anything else. */
GCT_NODISCARD enum gct_status gct_head_cursor(struct gct_slice text, int64_t *key, int64_t *id);

#endif
