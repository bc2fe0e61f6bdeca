/* Text that grows, up to a limit. Owned by whoever declared it; freed with gct_buffer_free. One thread. */
#ifndef GUICHET_CORE_BASE_BUFFER_H
#define GUICHET_CORE_BASE_BUFFER_H

#include <guichet/abi.h>

#include "base/check.h"

struct gct_buffer {
    char *ptr;
    size_t len;
    size_t room;
    size_t limit;   /* 0: none */
    int overflowed; /* something did not fit below limit and was left out */
};

/* Frees the bytes; the buffer is empty again and may be used again. */
void gct_buffer_free(struct gct_buffer *buffer);

void gct_buffer_add(struct gct_buffer *buffer, struct gct_slice text);
void gct_buffer_add_format(struct gct_buffer *buffer, const char *format, ...) GCT_PRINTF(2, 3);

/* What is in it, borrowed until the next change. */
struct gct_slice gct_buffer_slice(const struct gct_buffer *buffer);

#endif
