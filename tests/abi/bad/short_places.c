/* gct.places/1 that ends before its places. */
#define BAD_NAME "short_places"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_ext_places places = { .size = 8 };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_PLACES) == 0 ? &places : NULL)
#include "bad.h"
