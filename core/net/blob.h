/* Bytes that never change and are shared by reference: a page of the console kept in memory, one feed frame
 * for a thousand sockets. The room in front lets the library write a frame head without a copy.
 *
 * Loop thread only, but for the making of a blob that nobody else has seen yet (any thread). */
#ifndef GUICHET_CORE_NET_BLOB_H
#define GUICHET_CORE_NET_BLOB_H

#include <guichet/abi.h>

#include "base/check.h"

struct gct_blob;

/* A blob with a copy of text, held once by the caller. Never NULL. */
struct gct_blob *gct_blob_new(struct gct_slice text);

/* One more holder; gives blob back. */
struct gct_blob *gct_blob_hold(struct gct_blob *blob);

/* One holder less; the last one frees it. *blob becomes NULL. NULL is fine. */
void gct_blob_drop(struct gct_blob **blob);

/* Borrowed for as long as the blob is held. */
struct gct_slice gct_blob_text(const struct gct_blob *blob);

#endif
