#include "daemon/secret.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/slice.h"

static enum gct_status read_env(struct gct_slice name, struct gct_arena *arena, struct gct_slice *value,
                                struct gct_error *err)
{
    char *variable = gct_arena_cstr(arena, name);
    const char *text = variable == NULL ? NULL : getenv(variable);
    if (text == NULL) {
        return gct_error_set(err, GCT_INVALID, "the environment variable %.*s is not set", GCT_ARG(name));
    }
    *value = gct_arena_copy(arena, gct_slice_of(text));
    return GCT_OK;
}

/* The first line of the file. */
static enum gct_status read_file(struct gct_slice path, const char *base_dir, struct gct_arena *arena,
                                 struct gct_slice *value, struct gct_error *err)
{
    struct gct_slice whole = path.len != 0 && path.ptr[0] == '/'
                                 ? path
                                 : gct_arena_format(arena, "%s/%.*s", base_dir, GCT_ARG(path));
    const char *name = gct_arena_cstr(arena, whole);
    struct gct_slice bytes = GCT_EMPTY;
    if (name == NULL || gct_file_read(name, GCT_SECRET_BYTES, arena, &bytes, err) != GCT_OK) {
        return GCT_INVALID;
    }
    struct gct_slice line = gct_slice_head(bytes, gct_slice_find(bytes, '\n'));
    *value = gct_slice_head(line, gct_slice_find(line, '\r'));
    return GCT_OK;
}

enum gct_status gct_secret_read(struct gct_slice text, const char *base_dir, struct gct_arena *arena,
                                struct gct_slice *value, int *literal, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    *literal = 0;
    *value = GCT_EMPTY;
    if (gct_slice_starts(text, GCT_LIT("env:"))) {
        st = read_env(gct_slice_from(text, 4u), arena, value, err);
    } else if (gct_slice_starts(text, GCT_LIT("file:"))) {
        st = read_file(gct_slice_from(text, 5u), base_dir, arena, value, err);
    } else {
        *value = gct_arena_copy(arena, text);
        *literal = text.len != 0;
    }
    if (st == GCT_OK && value->len == 0) {
        st = gct_error_set(err, GCT_INVALID, "the secret is empty");
    }
    return st;
}
