/* Any bytes over the control socket, in pieces of any size (the first byte says): a frame is whole, wanted or
 * refused, and a whole one is a request of the table or a sentence. */
#include "base/slice.h"
#include "daemon/control/call.h"
#include "daemon/control/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_request(struct gct_slice body)
{
    struct gct_command_call call = { .context = NULL };
    struct gct_error err = { GCT_OK, "" };
    enum gct_status st = command_call_read(&call, body, &err);
    GCT_CHECK((st == GCT_OK) == (err.text[0] == '\0'));
    if (st == GCT_OK) {
        GCT_CHECK(call.command != NULL && call.command->run != NULL);
        for (size_t i = 0; i < GCT_ARGUMENT_COUNT; i++) {
            GCT_CHECK(gct_utf8_valid(call.values[i]));
        }
    }
    command_call_free(&call);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice rest = gct_slice_from((struct gct_slice){ (const char *)data, size }, 1);
    size_t step = size == 0 ? 1u : data[0] + 1u;
    struct gct_frame frame;
    struct gct_error err = { GCT_OK, "" };
    enum gct_status st = GCT_AGAIN;
    gct_frame_begin(&frame, GCT_REQUEST_BYTES);
    while (st == GCT_AGAIN && rest.len != 0) {
        size_t used = 0;
        struct gct_slice part = gct_slice_head(rest, step);
        st = gct_frame_take(&frame, part, &used, &err);
        GCT_CHECK(used <= part.len && (st != GCT_AGAIN || used == part.len));
        rest = gct_slice_from(rest, used);
    }
    GCT_CHECK(frame.body.len <= GCT_REQUEST_BYTES && frame.body.len <= size);
    if (st == GCT_OK) {
        read_request(gct_buffer_slice(&frame.body));
    }
    gct_frame_free(&frame);
    return 0;
}
