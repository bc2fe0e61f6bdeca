/* JSON of strangers: what is parsed can be written, and what was written is parsed as the same. */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice text = { (const char *)data, size };
    struct gct_error err = { 0 };
    struct gct_buffer once = { 0 };
    struct gct_buffer twice = { 0 };
    int64_t ms = 0;
    struct gct_json *json = gct_json_parse(text, &err);
    if (json == NULL) {
        assert(err.status != GCT_OK && gct_utf8_valid(gct_slice_of(err.text)));
    } else {
        gct_json_write(json, &once);
        struct gct_json *again = gct_json_parse(gct_buffer_slice(&once), &err);
        assert(again != NULL);
        gct_json_write(again, &twice);
        assert(gct_slice_eq(gct_buffer_slice(&once), gct_buffer_slice(&twice)));
        gct_json_free(&again);
        gct_json_free(&json);
    }
    if (gct_time_read(text, &ms) == GCT_OK) {
        char written[GCT_TIME_TEXT];
        int64_t back = 0;
        gct_time_write(ms, written);
        assert(ms < 0 || (gct_time_read(gct_slice_of(written), &back) == GCT_OK && back == ms));
    }
    gct_buffer_free(&once);
    gct_buffer_free(&twice);
    return 0;
}
