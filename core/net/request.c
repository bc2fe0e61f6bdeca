#include "net/request.h"

#include "base/slice.h"

const char *gct_method_name(enum gct_method method)
{
    static const char *const names[] = {
#define REQUEST_METHOD_NAME(name, text) text,
        GCT_METHOD_TABLE(REQUEST_METHOD_NAME)
#undef REQUEST_METHOD_NAME
    };

    GCT_CHECK((unsigned)method < GCT_METHOD_COUNT);
    return names[method];
}

struct gct_slice gct_request_header(const struct gct_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (gct_slice_is(request->headers[i].name, name))
            return request->headers[i].value;
    }
    return GCT_EMPTY;
}
