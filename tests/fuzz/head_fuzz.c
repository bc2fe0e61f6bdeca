/* What a request carries beside its body: cookies, bearer tokens, entity tags, keys, cursors. What was taken
 * is written back and read again. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/slice.h"
#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A part of the header, which no reader may leave. */
static void check_inside(struct gct_slice part, struct gct_slice header)
{
    assert(part.len == 0 || (part.ptr >= header.ptr && part.ptr + part.len <= header.ptr + header.len));
}

static void check_if_match(struct gct_slice header)
{
    char text[32];
    int64_t version = 0;
    int64_t again = 0;
    if (gct_head_if_match(header, &version) == GCT_OK && version != 0) {
        (void)snprintf(text, sizeof text, "\"%" PRId64 "\"", version);
        assert(gct_head_if_match(gct_slice_of(text), &again) == GCT_OK && again == version);
    }
}

static void check_cursor(struct gct_slice cursor)
{
    char text[64];
    int64_t read[2];
    int64_t again[2];
    if (gct_head_cursor(cursor, &read[0], &read[1]) == GCT_OK) {
        (void)snprintf(text, sizeof text, "%" PRId64 ".%" PRId64, read[0], read[1]);
        assert(gct_head_cursor(gct_slice_of(text), &again[0], &again[1]) == GCT_OK);
        assert(read[0] == again[0] && read[1] == again[1]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice header = { (const char *)data, size };
    check_inside(gct_head_cookie(header, GCT_LIT("guichet_session")), header);
    check_inside(gct_head_bearer(header), header);
    check_if_match(header);
    check_cursor(header);
    assert(!gct_head_is_key(header) || gct_utf8_valid(header));
    return 0;
}
