/* One message on the control socket: four bytes of length, lowest first, then that many bytes of JSON.
 *
 * Reading is a machine that takes bytes as they come and asks nothing of the socket, so that it can be tested
 * with any bytes. Memory grows with what has arrived, never with what a length announces. One thread at a
 * time. */
#ifndef GUICHET_CORE_DAEMON_CONTROL_FRAME_H
#define GUICHET_CORE_DAEMON_CONTROL_FRAME_H

#include "base/buffer.h"
#include "base/error.h"

#define GCT_FRAME_HEAD 4u
#define GCT_REQUEST_BYTES ((size_t)1u << 20)
#define GCT_ANSWER_BYTES ((size_t)4u << 20)

struct gct_frame {
    size_t limit; /* most bytes of the body */
    unsigned char head[GCT_FRAME_HEAD];
    size_t head_len;
    size_t want; /* bytes of the body, once the head is there */
    struct gct_buffer body;
};

/* An empty frame, to be freed. */
void gct_frame_begin(struct gct_frame *frame, size_t limit);
/* The bytes are wiped first: they may hold a new token. */
void gct_frame_free(struct gct_frame *frame);

/* Takes bytes up to the frame's end; *used says how many. GCT_OK: the frame is whole; GCT_AGAIN: more is
 * wanted; GCT_LIMIT: longer than limit; GCT_INVALID: empty. After a refusal the frame can only be freed. */
GCT_NODISCARD enum gct_status gct_frame_take(struct gct_frame *frame, struct gct_slice bytes, size_t *used,
                                             struct gct_error *err);

/* The head of a body of len bytes, at most GCT_ANSWER_BYTES. */
void gct_frame_write_head(size_t len, unsigned char head[GCT_FRAME_HEAD]);

#endif
