#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

void gct_buffer_free(struct gct_buffer *buffer)
{
    free(buffer->ptr);
    *buffer = (struct gct_buffer){ .limit = buffer->limit };
}

/* Room for len more bytes and a NUL; 0 when the limit forbids it. */
static int buffer_reserve(struct gct_buffer *buffer, size_t len)
{
    if (buffer->limit != 0 && len > buffer->limit - buffer->len) {
        buffer->overflowed = 1;
        return 0;
    }
    size_t need = buffer->len + len + 1u;
    if (need > buffer->room) {
        size_t room = buffer->room == 0 ? 256u : buffer->room;
        while (room < need) {
            room *= 2u;
        }
        buffer->ptr = gct_heap_resize(buffer->ptr, room, 1u);
        buffer->room = room;
    }
    return 1;
}

void gct_buffer_add(struct gct_buffer *buffer, struct gct_slice text)
{
    if (text.len != 0 && buffer_reserve(buffer, text.len)) {
        memcpy(buffer->ptr + buffer->len, text.ptr, text.len);
        buffer->len += text.len;
        buffer->ptr[buffer->len] = '\0';
    }
}

void gct_buffer_add_format(struct gct_buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    GCT_CHECK(len >= 0);
    if (buffer_reserve(buffer, (size_t)len)) {
        va_start(args, format);
        (void)vsnprintf(buffer->ptr + buffer->len, (size_t)len + 1u, format, args);
        va_end(args);
        buffer->len += (size_t)len;
    }
}

struct gct_slice gct_buffer_slice(const struct gct_buffer *buffer)
{
    return (struct gct_slice){ buffer->ptr, buffer->len };
}
