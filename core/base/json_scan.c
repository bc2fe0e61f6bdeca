#include "base/json_scan.h"

#include <string.h>

#include "base/slice.h"

/* The value of "\uXXXX" at offset, or -1. */
static int escape_value(struct gct_slice text, size_t offset)
{
    int value = 0;
    if (offset + 6u > text.len || text.ptr[offset] != '\\' || text.ptr[offset + 1u] != 'u') {
        return -1;
    }
    for (size_t i = offset + 2u; i < offset + 6u; i++) {
        char c = text.ptr[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

/* Length of the escape at offset (which is a backslash), and whether it stands for a character. */
static size_t escape_length(struct gct_slice text, size_t offset, int *is_character)
{
    int value = escape_value(text, offset);
    *is_character = 1;
    if (value < 0) {
        return 2u;
    }
    if (value >= 0xd800 && value <= 0xdbff) {
        int low = escape_value(text, offset + 6u);
        *is_character = low >= 0xdc00 && low <= 0xdfff;
        return *is_character ? 12u : 6u;
    }
    *is_character = value != 0 && (value < 0xdc00 || value > 0xdfff);
    return 6u;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether number, of which only its first byte is known, is an integer that int64 cannot hold. */
static int is_beyond(struct gct_slice number)
{
    struct gct_slice most =
        number.ptr[0] == '-' ? GCT_LIT("9223372036854775808") : GCT_LIT("9223372036854775807");
    struct gct_slice digits = gct_slice_from(number, number.ptr[0] == '-' ? 1u : 0u);
    if (digits.len < most.len || digits.ptr[0] == '0' ||
        (digits.len == most.len && memcmp(digits.ptr, most.ptr, most.len) <= 0)) {
        return 0;
    }
    for (size_t i = 0; i < digits.len; i++) {
        if (!is_digit(digits.ptr[i])) {
            return 0;
        }
    }
    return 1;
}

/* Whether what ends at offset stands where a member's name belongs. */
static int is_name(struct gct_slice text, size_t offset)
{
    while (offset < text.len && text.ptr[offset] != '\0' && strchr(" \t\r\n", text.ptr[offset]) != NULL) {
        offset++;
    }
    return offset < text.len && text.ptr[offset] == ':';
}

/* Length of the number at offset (which is its minus or a digit), and whether it must be put in quotes. */
static size_t number_length(struct gct_slice text, size_t offset, int *quoted)
{
    size_t end = offset + 1u;
    while (end < text.len && text.ptr[end] != '\0' && strchr("0123456789+-.eE", text.ptr[end]) != NULL) {
        end++;
    }
    *quoted = is_beyond((struct gct_slice){ text.ptr + offset, end - offset }) && !is_name(text, end);
    return end - offset;
}

enum gct_status gct_json_scan(struct gct_slice text, size_t depth, size_t *room, struct gct_error *err)
{
    size_t level = 0;
    size_t quotes = 0;
    int repairs = 0;
    int in_string = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"') {
            in_string = !in_string;
        } else if (in_string && c == '\\') {
            int is_character = 1;
            i += escape_length(text, i, &is_character) - 1u;
            repairs |= !is_character;
        } else if (in_string) {
            continue;
        } else if (c == '{' || c == '[') {
            if (++level > depth) {
                return gct_error_set(err, GCT_LIMIT, "JSON is nested deeper than %zu", depth);
            }
        } else if ((c == '}' || c == ']') && level != 0) {
            level--;
        } else if (c == '-' || is_digit(c)) {
            int quoted = 0;
            i += number_length(text, i, &quoted) - 1u;
            quotes += quoted ? 2u : 0u;
        }
    }
    *room = repairs || quotes != 0 ? text.len + quotes : 0;
    return GCT_OK;
}

void gct_json_repair(struct gct_slice text, char *room)
{
    int in_string = 0;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i += len) {
        char c = text.ptr[i];
        int is_character = 1;
        int quoted = 0;
        len = in_string && c == '\\'                    ? escape_length(text, i, &is_character)
              : !in_string && (c == '-' || is_digit(c)) ? number_length(text, i, &quoted)
                                                        : 1u;
        len = len < text.len - i ? len : text.len - i;
        if (quoted) {
            *room++ = '"';
        }
        memcpy(room, is_character ? text.ptr + i : "\\ufffd", len);
        room += len;
        if (quoted) {
            *room++ = '"';
        }
        in_string ^= c == '"';
    }
}
