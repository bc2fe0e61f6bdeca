/* What the parser must not be given: depth beyond the limit, escapes that are no characters, and integers
 * that it cannot hold. */
#ifndef GUICHET_CORE_BASE_JSON_SCAN_H
#define GUICHET_CORE_BASE_JSON_SCAN_H

#include <guichet/abi.h>

#include "base/error.h"

/* One pass over text. *room gets how many bytes gct_json_repair writes; 0 when there is nothing to repair.
 * GCT_LIMIT past depth. Does not check that text is JSON; what is not is none after the repair, too. */
GCT_NODISCARD enum gct_status gct_json_scan(struct gct_slice text, size_t depth, size_t *room,
                                            struct gct_error *err);

/* text into room with each lone surrogate and \u0000 replaced by \ufffd, which is as long, and each value
 * that is an integer beyond int64 put in quotes. */
void gct_json_repair(struct gct_slice text, char *room);

#endif
