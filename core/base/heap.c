#include "base/heap.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *gct_heap_new(size_t bytes)
{
    return gct_heap_array(1u, bytes);
}

void *gct_heap_array(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1u : count, size == 0 ? 1u : size);
    GCT_CHECK(memory != NULL);
    return memory;
}

void *gct_heap_resize(void *memory, size_t count, size_t size)
{
    size_t bytes = 0;
    GCT_CHECK(!__builtin_mul_overflow(count, size, &bytes));
    void *bigger = realloc(memory, bytes == 0 ? 1u : bytes);
    GCT_CHECK(bigger != NULL);
    return bigger;
}

void gct_heap_tidy(void)
{
    (void)malloc_trim(0);
}

char *gct_heap_text(struct gct_slice text)
{
    char *copy = gct_heap_new(text.len + 1u);
    if (text.len != 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return copy;
}
