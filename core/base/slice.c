#include "base/slice.h"

#include <string.h>

struct gct_slice gct_slice_of(const char *text)
{
    return (struct gct_slice){ text, text == NULL ? 0 : strlen(text) };
}

int gct_slice_eq(struct gct_slice a, struct gct_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int gct_slice_is(struct gct_slice a, const char *text)
{
    return gct_slice_eq(a, gct_slice_of(text));
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

int gct_slice_eq_nocase(struct gct_slice a, struct gct_slice b)
{
    int same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++) {
        same = lower(a.ptr[i]) == lower(b.ptr[i]);
    }
    return same;
}

int gct_slice_cmp(struct gct_slice a, struct gct_slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int gct_slice_starts(struct gct_slice text, struct gct_slice prefix)
{
    return text.len >= prefix.len && gct_slice_eq(gct_slice_head(text, prefix.len), prefix);
}

int gct_slice_ends(struct gct_slice text, struct gct_slice suffix)
{
    return text.len >= suffix.len && gct_slice_eq(gct_slice_from(text, text.len - suffix.len), suffix);
}

struct gct_slice gct_slice_from(struct gct_slice text, size_t offset)
{
    return offset >= text.len ? GCT_EMPTY : (struct gct_slice){ text.ptr + offset, text.len - offset };
}

struct gct_slice gct_slice_head(struct gct_slice text, size_t len)
{
    return (struct gct_slice){ text.ptr, len < text.len ? len : text.len };
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct gct_slice gct_slice_trim(struct gct_slice text)
{
    while (text.len != 0 && is_blank(text.ptr[0])) {
        text = gct_slice_from(text, 1u);
    }
    while (text.len != 0 && is_blank(text.ptr[text.len - 1u])) {
        text.len--;
    }
    return text;
}

size_t gct_slice_find(struct gct_slice text, char byte)
{
    const char *found = text.len == 0 ? NULL : memchr(text.ptr, byte, text.len);
    return found == NULL ? text.len : (size_t)(found - text.ptr);
}

int gct_slice_split(struct gct_slice *rest, char separator, struct gct_slice *part)
{
    if (rest->ptr == NULL || rest->len == 0) {
        *part = GCT_EMPTY;
        return 0;
    }
    size_t end = gct_slice_find(*rest, separator);
    *part = gct_slice_head(*rest, end);
    *rest = gct_slice_from(*rest, end + 1u);
    return 1;
}

enum gct_status gct_slice_integer(struct gct_slice text, int64_t least, int64_t most, int64_t *out)
{
    size_t i = text.len != 0 && text.ptr[0] == '-' ? 1u : 0u;
    int negative = i == 1u;
    int64_t value = 0;
    if (i == text.len) {
        return GCT_INVALID;
    }
    for (; i < text.len; i++) {
        int digit = text.ptr[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) {
            return GCT_INVALID;
        }
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, value, &value)) {
        return GCT_INVALID;
    }
    if (value < least || value > most) {
        return GCT_INVALID;
    }
    *out = value;
    return GCT_OK;
}

void gct_hex_encode(const unsigned char *bytes, size_t len, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        text[2u * i] = digits[bytes[i] >> 4];
        text[2u * i + 1u] = digits[bytes[i] & 15u];
    }
    text[2u * len] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum gct_status gct_hex_decode(struct gct_slice text, unsigned char *bytes, size_t len)
{
    if (text.len != 2u * len) {
        return GCT_INVALID;
    }
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(text.ptr[2u * i]);
        int low = hex_digit(text.ptr[2u * i + 1u]);
        if (high < 0 || low < 0) {
            return GCT_INVALID;
        }
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    return GCT_OK;
}

enum gct_status gct_percent_decode(struct gct_slice text, char *room, size_t *len)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = i + 2u < text.len ? hex_digit((char)lower(text.ptr[i + 1u])) : -1;
            int low = high >= 0 ? hex_digit((char)lower(text.ptr[i + 2u])) : -1;
            if (low < 0) {
                return GCT_INVALID;
            }
            c = (char)(high * 16 + low);
            i += 2u;
        } else if (c == '+') {
            c = ' ';
        }
        room[n++] = c;
    }
    *len = n;
    return GCT_OK;
}
