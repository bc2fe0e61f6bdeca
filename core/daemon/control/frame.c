#include "daemon/control/frame.h"

#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"

void gct_frame_begin(struct gct_frame *frame, size_t limit)
{
    *frame = (struct gct_frame){ .limit = limit };
}

void gct_frame_free(struct gct_frame *frame)
{
    if (frame->body.len != 0) {
        gct_wipe(frame->body.ptr, frame->body.len);
    }
    gct_buffer_free(&frame->body);
}

/* The head is whole: may the body be that long? */
static enum gct_status read_head(struct gct_frame *frame, struct gct_error *err)
{
    size_t want = 0;
    for (size_t i = GCT_FRAME_HEAD; i > 0; i--) {
        want = want << 8 | frame->head[i - 1u];
    }
    if (want == 0) {
        return gct_error_set(err, GCT_INVALID, "an empty message came over the control socket");
    }
    if (want > frame->limit) {
        return gct_error_set(err, GCT_LIMIT,
                             "a message of %zu bytes is too long for the control socket: at most %zu", want,
                             frame->limit);
    }
    frame->want = want;
    return GCT_OK;
}

enum gct_status gct_frame_take(struct gct_frame *frame, struct gct_slice bytes, size_t *used,
                               struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    *used = 0;
    if (frame->want == 0) {
        struct gct_slice part = gct_slice_head(bytes, GCT_FRAME_HEAD - frame->head_len);
        if (part.len != 0) {
            memcpy(frame->head + frame->head_len, part.ptr, part.len);
        }
        frame->head_len += part.len;
        *used = part.len;
        if (frame->head_len < GCT_FRAME_HEAD) {
            return GCT_AGAIN;
        }
        st = read_head(frame, err);
    }
    if (st == GCT_OK) {
        struct gct_slice part = gct_slice_head(gct_slice_from(bytes, *used), frame->want - frame->body.len);
        gct_buffer_add(&frame->body, part);
        *used += part.len;
        st = frame->body.len == frame->want ? GCT_OK : GCT_AGAIN;
    }
    return st;
}

void gct_frame_write_head(size_t len, unsigned char head[GCT_FRAME_HEAD])
{
    GCT_CHECK(len <= GCT_ANSWER_BYTES);
    for (size_t i = 0; i < GCT_FRAME_HEAD; i++) {
        head[i] = (unsigned char)(len >> (8u * i));
    }
}
