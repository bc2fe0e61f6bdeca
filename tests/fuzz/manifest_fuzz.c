/* The bytes of a plugin's file: the ELF reader and the manifest behind it; and the same bytes as a manifest
 * alone. */
#include <stdint.h>

#include "base/slice.h"
#include "plugin/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct gct_slice bytes = { (const char *)data, size };
    struct gct_arena *arena = gct_arena_new((size_t)1 << 20);
    struct gct_manifest manifest;
    struct gct_error err;
    if (gct_manifest_read(bytes, arena, &manifest, &err) == GCT_OK) {
        GCT_CHECK(manifest.id.len != 0 && manifest.abi != 0);
    }
    gct_arena_reset(arena);
    if (gct_manifest_parse(bytes, arena, &manifest, &err) == GCT_OK) {
        GCT_CHECK(manifest.id.len != 0 && manifest.abi != 0);
    }
    gct_arena_free(&arena);
    return 0;
}
