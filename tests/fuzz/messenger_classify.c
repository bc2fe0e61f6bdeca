/* Any answer of the Graph API: classify() always has an outcome. The input is four lines (status,
 * Retry-After, X-App-Usage, X-Business-Use-Case-Usage), then the body. */
#include "messenger_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_header headers[FUZZ_HEADERS];
    struct vector vector = { .kind = VECTOR_REPLY, .now_ms = 1767225700000 };

    if (messenger_fuzz_reply(data, size, headers, &vector.reply))
        messenger_fuzz(&vector);
    return 0;
}
