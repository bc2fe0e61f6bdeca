/* open() refuses, with a reason. */
#define BAD_NAME "open_fails"
#define BAD_OPEN open_refusing
#include <guichet/guichet.h>
static uint32_t open_refusing(const struct gct_call *call, const struct gct_config *config,
                              struct gct_plugin **out)
{
    static const char reason[] = "it is Monday";
    (void)config;
    (void)out;
    call->explain(call, (struct gct_slice){ reason, sizeof reason - 1 });
    return GCT_INVALID;
}
#include "bad.h"
