/* open() says that it is done and made nothing. */
#define BAD_NAME "open_nothing"
#define BAD_OPEN open_nothing
#include <guichet/guichet.h>
static uint32_t open_nothing(const struct gct_call *call, const struct gct_config *config,
                             struct gct_plugin **out)
{
    (void)call;
    (void)config;
    (void)out;
    return GCT_OK;
}
#include "bad.h"
