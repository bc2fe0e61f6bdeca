/* What an arena gives besides raw memory: arrays, copies, formatted text. Common to both twins. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

void *gct_arena_array(struct gct_arena *arena, size_t count, size_t size, size_t align)
{
    size_t bytes = 0;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : gct_arena_alloc(arena, bytes, align);
}

struct gct_slice gct_arena_copy(struct gct_arena *arena, struct gct_slice text)
{
    struct gct_slice copy = { NULL, 0 };
    char *memory = text.len == 0 ? NULL : gct_arena_alloc(arena, text.len, 1u);
    if (memory != NULL) {
        memcpy(memory, text.ptr, text.len);
        copy.ptr = memory;
        copy.len = text.len;
    }
    return copy;
}

char *gct_arena_cstr(struct gct_arena *arena, struct gct_slice text)
{
    char *memory = gct_arena_alloc(arena, text.len + 1u, 1u);
    if (memory != NULL && text.len != 0) {
        memcpy(memory, text.ptr, text.len);
    }
    return memory;
}

struct gct_slice gct_arena_format(struct gct_arena *arena, const char *format, ...)
{
    struct gct_slice result = { NULL, 0 };
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    GCT_CHECK(len >= 0);
    char *memory = gct_arena_alloc(arena, (size_t)len + 1u, 1u);
    if (memory != NULL) {
        va_start(args, format);
        (void)vsnprintf(memory, (size_t)len + 1u, format, args);
        va_end(args);
        result.ptr = memory;
        result.len = (size_t)len;
    }
    return result;
}
