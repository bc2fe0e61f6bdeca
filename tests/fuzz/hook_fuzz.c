/* The path of a hook: the channel's name and what follows it. */
#include <assert.h>
#include <stdint.h>

#include "base/buffer.h"
#include "http/hook.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_buffer path = { 0 };
    struct gct_slice rest = GCT_EMPTY;
    gct_buffer_add(&path, GCT_LIT(HOOK_PREFIX));
    gct_buffer_add(&path, (struct gct_slice){ (const char *)data, size });
    struct gct_slice name = split_path(gct_buffer_slice(&path), &rest);
    assert(name.len + rest.len == size);
    assert(gct_slice_find(name, '/') == name.len);
    assert(rest.len == 0 || rest.ptr[0] == '/');
    assert(size == 0 || memcmp(name.len != 0 ? name.ptr : rest.ptr, data, 1u) == 0);
    gct_buffer_free(&path);
    return 0;
}
