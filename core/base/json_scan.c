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

enum gct_status gct_json_scan(struct gct_slice text, size_t depth, size_t *repairs, struct gct_error *err)
{
    size_t level = 0;
    int in_string = 0;
    *repairs = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"') {
            in_string = !in_string;
        } else if (in_string && c == '\\') {
            int is_character = 1;
            i += escape_length(text, i, &is_character) - 1u;
            *repairs += is_character ? 0u : 1u;
        } else if (!in_string && (c == '{' || c == '[')) {
            if (++level > depth) {
                return gct_error_set(err, GCT_LIMIT, "JSON is nested deeper than %zu", depth);
            }
        } else if (!in_string && (c == '}' || c == ']') && level != 0) {
            level--;
        }
    }
    return GCT_OK;
}

void gct_json_repair(struct gct_slice text, char *room)
{
    int in_string = 0;
    memcpy(room, text.ptr, text.len);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            in_string = !in_string;
        } else if (in_string && text.ptr[i] == '\\') {
            int is_character = 1;
            size_t len = escape_length(text, i, &is_character);
            if (!is_character) {
                memcpy(room + i, "\\ufffd", 6u);
            }
            i += len - 1u;
        }
    }
}
