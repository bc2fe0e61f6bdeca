#include "http/console_headers.h"

#include <string.h>

#include "base/check.h"

size_t gct_console_headers(struct gct_header *headers, size_t count)
{
    /* The hash is that of the one style text that the chart library writes into its pictures. */
    static const struct gct_header own[] = {
        { { GCT_TEXT("content-security-policy") },
          { GCT_TEXT("default-src 'none'; script-src 'self'; style-src 'self' "
                     "'sha256-v/SBS1/IGPoXGbIMBk5wwZvS+QU38K4xw6nkC0qgfEs='; img-src 'self' blob: data:; "
                     "media-src 'self' blob:; connect-src 'self'; font-src 'none'; manifest-src 'self'; "
                     "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
                     "require-trusted-types-for 'script'; trusted-types 'none'") } },
        { { GCT_TEXT("permissions-policy") },
          { GCT_TEXT("camera=(), microphone=(), geolocation=(), payment=(), usb=()") } },
    };
    _Static_assert(GCT_COUNT(own) == GCT_CONSOLE_HEADERS, "the count is told to callers");
    memcpy(headers + count, own, sizeof own);
    return count + GCT_CONSOLE_HEADERS;
}
