/* A place in its requests stands for an option that its manifest does not have. */
#define BAD_NAME "place_unknown"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_place token = {
    .size = sizeof(token), .kind = GCT_PLACE_SECRET, .name = "token", .option = "page_token"
};
static const struct gct_place *const all[] = { &token };
static const struct gct_ext_places places = { .size = sizeof(places), .places = all, .place_count = 1 };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_PLACES) == 0 ? &places : NULL)
#include "bad.h"
