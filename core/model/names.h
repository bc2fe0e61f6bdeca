/* How a table of constants with API names is turned into an enum, a name and a reader. Pure, any thread.
 *
 * A table is X(NAME, value, "api_name") rows, values from 0 without holes or from 1 where 0 means "none". */
#ifndef GUICHET_CORE_MODEL_NAMES_H
#define GUICHET_CORE_MODEL_NAMES_H

#include <guichet/abi.h>

#include "base/error.h"

struct gct_name {
    uint32_t value;
    const char *text;
};

/* The name of value, or fallback when the table has none. */
const char *gct_name_of(const struct gct_name *names, size_t count, uint32_t value, const char *fallback);

/* The value of a name; GCT_NOT_FOUND when the table has none. */
GCT_NODISCARD enum gct_status gct_name_read(const struct gct_name *names, size_t count, struct gct_slice text,
                                            uint32_t *value);

#endif
