/* gct.profile/1 that ends before its functions. */
#define BAD_NAME "short_profile"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_ext_profile profile = { .size = 8 };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_PROFILE) == 0 ? &profile : NULL)
#include "bad.h"
