/* Any body as a hook of Messenger: decode() may refuse it, never break the ABI. */
#include "messenger_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vector vector = { .kind = VECTOR_HOOK, .now_ms = 1767225700000 };

    vector.hook.size = sizeof(vector.hook);
    vector.hook.method = GCT_LIT("POST");
    vector.hook.body = (struct gct_slice){ (const char *)data, size };
    messenger_fuzz(&vector);
    return 0;
}
