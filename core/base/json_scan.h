/* What the parser must not be given: depth beyond the limit, and escapes that are no characters. */
#ifndef GUICHET_CORE_BASE_JSON_SCAN_H
#define GUICHET_CORE_BASE_JSON_SCAN_H

#include <guichet/abi.h>

#include "base/error.h"

/* One pass over text. *repairs gets how many escapes must be replaced (gct_json_repair). GCT_LIMIT past
 * depth. Does not check that text is JSON. */
GCT_NODISCARD enum gct_status gct_json_scan(struct gct_slice text, size_t depth, size_t *repairs,
                                            struct gct_error *err);

/* text into room (text.len bytes) with each lone surrogate and \u0000 replaced by \ufffd: same length. */
void gct_json_repair(struct gct_slice text, char *room);

#endif
