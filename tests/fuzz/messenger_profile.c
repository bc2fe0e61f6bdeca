/* Any answer to the question who somebody is: gct.profile/1 reads it or asks later. The input is that of
 * messenger_classify. */
#include "messenger_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_header headers[FUZZ_HEADERS];
    struct vector vector = { .kind = VECTOR_ANSWER, .now_ms = 1767225700000 };

    if (messenger_fuzz_reply(data, size, headers, &vector.reply))
        messenger_fuzz(&vector);
    return 0;
}
