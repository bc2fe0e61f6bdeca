#include "http/head.h"

#include "base/slice.h"

#define KEY_MOST 128u

struct gct_slice gct_head_cookie(struct gct_slice header, struct gct_slice name)
{
    struct gct_slice pair;
    while (gct_slice_split(&header, ';', &pair)) {
        pair = gct_slice_trim(pair);
        size_t equals = gct_slice_find(pair, '=');
        if (equals < pair.len && gct_slice_eq(gct_slice_head(pair, equals), name)) {
            return gct_slice_from(pair, equals + 1u);
        }
    }
    return GCT_EMPTY;
}

struct gct_slice gct_head_bearer(struct gct_slice header)
{
    static const char scheme[] = "Bearer ";
    size_t len = sizeof scheme - 1u;
    return gct_slice_eq_nocase(gct_slice_head(header, len), gct_slice_of(scheme))
               ? gct_slice_trim(gct_slice_from(header, len))
               : GCT_EMPTY;
}

enum gct_status gct_head_if_match(struct gct_slice header, int64_t *version)
{
    *version = 0;
    if (gct_slice_is(header, "*")) {
        return GCT_OK;
    }
    if (header.len <= 2u || header.ptr[0] != '"' || header.ptr[header.len - 1u] != '"') {
        return GCT_INVALID;
    }
    return gct_slice_integer((struct gct_slice){ header.ptr + 1, header.len - 2u }, 1, INT64_MAX, version);
}

int gct_head_is_key(struct gct_slice header)
{
    int valid = header.len >= 1u && header.len <= KEY_MOST;
    for (size_t i = 0; valid && i < header.len; i++) {
        valid = header.ptr[i] > 0x20 && header.ptr[i] < 0x7f;
    }
    return valid;
}

enum gct_status gct_head_cursor(struct gct_slice text, int64_t *key, int64_t *id)
{
    struct gct_slice first;
    *key = 0;
    *id = 0;
    if (!gct_slice_split(&text, '.', &first) ||
        gct_slice_integer(first, INT64_MIN, INT64_MAX, key) != GCT_OK ||
        gct_slice_integer(text, 0, INT64_MAX, id) != GCT_OK) {
        return GCT_INVALID;
    }
    return GCT_OK;
}
