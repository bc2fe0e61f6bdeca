#include "kit/text.h"

#include <string.h>

#define KEY_LIMIT 512u

bool gct_kit_equal(struct gct_slice left, struct gct_slice right)
{
    return left.len == right.len && (left.len == 0 || memcmp(left.ptr, right.ptr, left.len) == 0);
}

bool gct_kit_is(struct gct_slice text, const char *expected)
{
    return gct_kit_equal(text, (struct gct_slice){ expected, strlen(expected) });
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool gct_kit_is_name(struct gct_slice text, const char *expected)
{
    size_t i;

    if (text.len != strlen(expected))
        return false;
    for (i = 0; i < text.len; i++) {
        if (lower(text.ptr[i]) != lower(expected[i]))
            return false;
    }
    return true;
}

bool gct_kit_begins(struct gct_slice text, const char *prefix)
{
    size_t len = strlen(prefix);

    return text.len >= len && (len == 0 || memcmp(text.ptr, prefix, len) == 0);
}

bool gct_kit_is_line(struct gct_slice text)
{
    bool line = true;
    size_t i;

    for (i = 0; i < text.len && line; i++) {
        line = (unsigned char)text.ptr[i] >= 0x20 && text.ptr[i] != 0x7f;
    }
    return line;
}

struct gct_slice gct_kit_either(struct gct_slice first, struct gct_slice second)
{
    return first.len > 0 ? first : second;
}

/* Bytes of the character at text.ptr[at], at least 1, never past the end; *units gets its length in unit. */
static size_t step(struct gct_slice text, size_t at, int64_t unit, size_t *units)
{
    size_t end = at + 1;

    while (end < text.len && ((unsigned char)text.ptr[end] & 0xC0u) == 0x80u) {
        end++;
    }
    switch (unit) {
    case GCT_UNIT_BYTES: *units = end - at; break;
    case GCT_UNIT_UTF16: *units = (unsigned char)text.ptr[at] >= 0xF0u ? 2 : 1; break;
    default: *units = 1; break;
    }
    return end - at;
}

size_t gct_kit_length(struct gct_slice text, int64_t unit)
{
    size_t total = 0;
    size_t at = 0;

    while (at < text.len) {
        size_t units;

        at += step(text, at, unit, &units);
        total += units;
    }
    return total;
}

bool gct_kit_parse_integer(struct gct_slice text, int64_t *number)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    size_t at = negative ? 1 : 0;
    int64_t value = 0;

    if (at == text.len)
        return false;
    /* Counted downwards: the negative side is the longer one. */
    for (; at < text.len; at++) {
        int digit = text.ptr[at] - '0';

        if (digit < 0 || digit > 9 || value < (INT64_MIN + digit) / 10)
            return false;
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *number = negative ? value : -value;
    return true;
}

struct gct_slice gct_kit_integer_text(struct gct_kit *kit, int64_t number)
{
    enum { ROOM = 20 }; /* "-9223372036854775808" */
    uint64_t rest = number < 0 ? 0u - (uint64_t)number : (uint64_t)number;
    char *memory = gct_kit_alloc(kit, ROOM);
    size_t at = ROOM;

    if (!memory)
        return (struct gct_slice){ NULL, 0 };
    do {
        memory[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        memory[--at] = '-';
    return (struct gct_slice){ memory + at, ROOM - at };
}

static char *append(char *to, struct gct_slice part)
{
    if (part.len > 0)
        memcpy(to, part.ptr, part.len);
    return to + part.len;
}

struct gct_slice gct_kit_join(struct gct_kit *kit, const struct gct_slice *parts, size_t count,
                              struct gct_slice between)
{
    size_t len = 0;
    size_t i;
    char *memory;
    char *to;

    for (i = 0; i < count; i++) {
        len += parts[i].len + (i > 0 ? between.len : 0);
    }
    memory = len > 0 ? gct_kit_alloc(kit, len) : NULL;
    if (!memory)
        return (struct gct_slice){ NULL, 0 };
    to = memory;
    for (i = 0; i < count; i++) {
        if (i > 0)
            to = append(to, between);
        to = append(to, parts[i]);
    }
    return (struct gct_slice){ memory, len };
}

struct gct_slice gct_kit_digest(struct gct_kit *kit, struct gct_slice text)
{
    enum { DIGITS = 16 };
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    char *memory = gct_kit_alloc(kit, DIGITS);
    size_t i;

    if (!memory)
        return (struct gct_slice){ NULL, 0 };
    for (i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.ptr[i]) * UINT64_C(1099511628211);
    }
    for (i = 0; i < DIGITS; i++) {
        memory[i] = "0123456789abcdef"[(hash >> (60 - 4 * i)) & 15u];
    }
    return (struct gct_slice){ memory, DIGITS };
}

struct gct_slice gct_kit_key(struct gct_kit *kit, const struct gct_slice *parts, size_t count)
{
    struct gct_slice whole = gct_kit_join(kit, parts, count, GCT_KIT_SLICE(":"));

    return whole.len <= KEY_LIMIT && gct_kit_is_line(whole) ? whole : gct_kit_digest(kit, whole);
}
