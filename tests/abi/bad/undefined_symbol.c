/* It calls what nobody defines. */
#define BAD_NAME "undefined_symbol"
#define BAD_DECODE gct_nobody_has_this
#include <guichet/guichet.h>
uint32_t gct_nobody_has_this(const struct gct_plugin *plugin, const struct gct_call *call,
                             const struct gct_http_request *hook);
#include "bad.h"
