/* UTF-8: validity, counting, cutting. Declared in slice.h. */
#include <string.h>

#include "base/slice.h"

/* Length of the well-formed character at the head of text (1 to 4), or 0. Table 3-7 of the Unicode standard.
 */
static size_t character_length(const unsigned char *s, size_t left)
{
    unsigned char lead = s[0];
    unsigned char least = 0x80;
    unsigned char most = 0xbf;
    size_t len = 0;
    if (lead < 0x80) {
        return 1u;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        len = 2u;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        len = 3u;
        least = lead == 0xe0 ? 0xa0 : 0x80;
        most = lead == 0xed ? 0x9f : 0xbf;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        len = 4u;
        least = lead == 0xf0 ? 0x90 : 0x80;
        most = lead == 0xf4 ? 0x8f : 0xbf;
    }
    if (len == 0 || len > left || s[1] < least || s[1] > most) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((s[i] & 0xc0u) != 0x80u) {
            return 0;
        }
    }
    return len;
}

int gct_utf8_valid(struct gct_slice text)
{
    const unsigned char *s = (const unsigned char *)text.ptr;
    size_t i = 0;
    while (i < text.len) {
        uint64_t eight = 0;
        if (text.len - i >= sizeof eight) {
            memcpy(&eight, s + i, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                i += sizeof eight;
                continue;
            }
        }
        size_t len = character_length(s + i, text.len - i);
        if (len == 0) {
            return 0;
        }
        i += len;
    }
    return 1;
}

static int is_continuation(char c)
{
    return ((unsigned char)c & 0xc0u) == 0x80u;
}

size_t gct_utf8_count(struct gct_slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += is_continuation(text.ptr[i]) ? 0u : 1u;
    }
    return count;
}

size_t gct_utf8_count_utf16(struct gct_slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        count += is_continuation(text.ptr[i]) ? 0u : c >= 0xf0 ? 2u : 1u;
    }
    return count;
}

struct gct_slice gct_utf8_head(struct gct_slice text, size_t bytes)
{
    size_t len = bytes < text.len ? bytes : text.len;
    while (len != 0 && len < text.len && is_continuation(text.ptr[len])) {
        len--;
    }
    return gct_slice_head(text, len);
}
