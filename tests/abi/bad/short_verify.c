/* gct.verify/1 that ends before its schemes: nothing could be proven. */
#define BAD_NAME "short_verify"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_ext_verify verify = { .size = 8 };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_VERIFY) == 0 ? &verify : NULL)
#include "bad.h"
