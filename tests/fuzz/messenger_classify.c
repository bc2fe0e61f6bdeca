/* Any answer of the Graph API: classify() always has an outcome. The input is four lines (status,
 * Retry-After, X-App-Usage, X-Business-Use-Case-Usage), then the body. */
#include "messenger_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { NULL, "Retry-After", "X-App-Usage", "X-Business-Use-Case-Usage" };
    struct gct_slice rest = { (const char *)data, size };
    struct gct_header headers[GCT_COUNT(names)];
    struct vector vector = { .kind = VECTOR_REPLY, .now_ms = 1767225700000 };
    int64_t status = 200;

    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        size_t end = gct_slice_find(rest, '\n');

        headers[i] = (struct gct_header){ gct_slice_of(names[i]), gct_slice_head(rest, end) };
        rest = gct_slice_from(rest, end + 1);
    }
    if (gct_slice_integer(headers[0].value, 100, 599, &status) != GCT_OK)
        return 0;
    vector.reply.size = sizeof(vector.reply);
    vector.reply.status = (uint32_t)status;
    vector.reply.headers = headers + 1;
    vector.reply.header_count = GCT_COUNT(names) - 1;
    vector.reply.body = rest;
    vector.reply.account = GCT_LIT("104857600000123");
    messenger_fuzz(&vector);
    return 0;
}
