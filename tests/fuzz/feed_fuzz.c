/* What a console may say on the feed. */
#include <assert.h>

#include "base/slice.h"
#include "http/live/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed_word word;
    if (feed_word_read((struct gct_slice){ (const char *)data, size }, &word)) {
        assert(size <= 4096u);
        assert(word.ticket >= 0 && (word.ticket == 0 || word.state != NULL));
    }
    return 0;
}
