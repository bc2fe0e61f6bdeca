#include <string.h>

#include "base/slice.h"
#include "plugin/guard/guard.h"

static enum gct_status keep(const struct guard *guard, struct gct_slice text, struct gct_slice *out)
{
    *out = gct_arena_copy(guard->arena, text);
    return out->len == text.len ? GCT_OK : guard_spent(guard);
}

static enum gct_status check_bytes(const struct guard *guard, const char *field, size_t limit,
                                   struct gct_slice text)
{
    if (text.ptr == NULL && text.len != 0) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s has no bytes and says it has %zu",
                             guard->thing, field, text.len);
    }
    if (text.len > limit) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s has %zu bytes, at most %zu are taken",
                             guard->thing, field, text.len, limit);
    }
    if (!gct_utf8_valid(text)) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s is not UTF-8", guard->thing, field);
    }
    return GCT_OK;
}

enum gct_status guard_text(const struct guard *guard, const char *field, struct gct_slice text,
                           struct gct_slice *out)
{
    enum gct_status st = check_bytes(guard, field, GUARD_TEXT_BYTES, text);
    if (st == GCT_OK && text.len != 0 && memchr(text.ptr, '\0', text.len) != NULL) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s holds a NUL", guard->thing, field);
    }
    return st == GCT_OK ? keep(guard, text, out) : st;
}

enum gct_status guard_line(const struct guard *guard, const char *field, size_t limit, enum guard_need need,
                           struct gct_slice text, struct gct_slice *out)
{
    enum gct_status st = check_bytes(guard, field, limit, text);
    for (size_t i = 0; st == GCT_OK && i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f) {
            st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s holds control character 0x%02x",
                               guard->thing, field, c);
        }
    }
    if (st == GCT_OK && text.len == 0 && need == GUARD_NEEDED) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s is empty", guard->thing, field);
    }
    return st == GCT_OK ? keep(guard, text, out) : st;
}

enum gct_status guard_id(const struct guard *guard, const char *field, enum guard_need need,
                         struct gct_slice text, struct gct_slice *out)
{
    return guard_line(guard, field, GUARD_ID_BYTES, need, text, out);
}

enum gct_status guard_number(const struct guard *guard, const char *field, int64_t value, int64_t least,
                             int64_t most)
{
    return value >= least && value <= most
               ? GCT_OK
               : gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s is %lld, it must be between %lld and %lld",
                               guard->thing, field, (long long)value, (long long)least, (long long)most);
}

enum gct_status guard_size(const struct guard *guard, uint32_t size, size_t needed)
{
    return size >= needed ? GCT_OK
                          : gct_error_set(guard->err, GCT_PROTOCOL, "%s: its size is %u, ABI %u.%u needs %zu",
                                          guard->thing, size, GCT_ABI_MAJOR, GCT_ABI_MINOR, needed);
}
