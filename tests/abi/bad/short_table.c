/* A table of an extension that is shorter than it says. */
#define BAD_NAME "short_table"
#include <guichet/guichet.h>
static const struct gct_ext_rules rules = { .size = 8 };
#define BAD_EXTENSION(id) &rules
#include "bad.h"
