/* gct.profile/1 that can ask and not read. */
#define BAD_NAME "half_profile"
#include <guichet/guichet.h>
#include <string.h>
static uint32_t request(const struct gct_plugin *plugin, const struct gct_call *call,
                        struct gct_slice account, struct gct_slice customer)
{
    (void)plugin;
    (void)call;
    (void)account;
    (void)customer;
    return GCT_UNSUPPORTED;
}
static const struct gct_ext_profile profile = { .size = sizeof profile, .request = request };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_PROFILE) == 0 ? &profile : NULL)
#include "bad.h"
