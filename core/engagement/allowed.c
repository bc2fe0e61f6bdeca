#include "engagement/allowed.h"

#include "base/slice.h"
#include "engagement/log.h"

#define PHONE_DIGITS 7u
#define CAMPAIGN_BYTES (GCT_CAMPAIGN_TEXT - 1u)
#define KEY_BYTES 26u
#define UUID_BYTES 36u

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int made_of(struct gct_slice text, size_t least, size_t most, const char *marks)
{
    if (text.len < least || text.len > most) {
        return 0;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int known = (c >= 'a' && c <= 'z') || is_digit(c);
        for (const char *mark = marks; !known && *mark != '\0'; mark++) {
            known = c == *mark;
        }
        if (!known) {
            return 0;
        }
    }
    return 1;
}

/* Seven digits or more with nothing but signs between them that people put into telephone numbers. Digits of
 * other scripts and full-width ones are bytes above 127 and count as neither. */
static int has_phone(struct gct_slice text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_digit(c)) {
            digits++;
        } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/' && c != '+' &&
                   c != '_') {
            digits = 0;
        }
        if (digits >= PHONE_DIGITS) {
            return 1;
        }
    }
    return 0;
}

/* "//", "www.", or a word, a dot and two letters or more with no letter, digit, dot or dash behind: "bit.ly",
 * "example.com/x". "v1.2" and "spring.26" are none. */
static int has_link(struct gct_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        struct gct_slice rest = gct_slice_from(text, i);
        if (gct_slice_starts(rest, GCT_LIT("//")) ||
            gct_slice_eq_nocase(gct_slice_head(rest, 4), GCT_LIT("www."))) {
            return 1;
        }
        if (text.ptr[i] != '.' || i == 0 || !(is_letter(text.ptr[i - 1]) || is_digit(text.ptr[i - 1]))) {
            continue;
        }
        size_t letters = 0;
        while (i + 1 + letters < text.len && is_letter(text.ptr[i + 1 + letters])) {
            letters++;
        }
        size_t end = i + 1 + letters;
        int ends =
            end == text.len || (!is_digit(text.ptr[end]) && text.ptr[end] != '-' && text.ptr[end] != '_');
        if (letters >= 2 && ends) {
            return 1;
        }
    }
    return 0;
}

int gct_engagement_allowed(struct gct_slice text)
{
    if (!gct_utf8_valid(text) || gct_utf8_count(text) > GCT_ENGAGEMENT_TEXT) {
        return 0;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f || c == '@') {
            return 0;
        }
    }
    return !has_phone(text) && !has_link(text);
}

static int is_uuid(struct gct_slice text)
{
    if (!made_of(text, UUID_BYTES, UUID_BYTES, "-")) {
        return 0;
    }
    for (size_t i = 0; i < text.len; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = text.ptr[i];
        if (dash != (c == '-') || (!dash && c > 'f')) {
            return 0;
        }
    }
    return 1;
}

static int is_key(struct gct_slice text)
{
    if (text.len != KEY_BYTES) {
        return 0;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'))) {
            return 0;
        }
    }
    return 1;
}

int allowed_as(enum allowed_shape shape, struct gct_slice text)
{
    switch (shape) {
    case ALLOWED_WORD: return made_of(text, 1, GCT_ENGAGEMENT_TEXT, "_.-") && gct_engagement_allowed(text);
    case ALLOWED_KEY: return is_key(text);
    case ALLOWED_EVENT: return is_uuid(text);
    case ALLOWED_LANGUAGE:
        return gct_slice_is(text, "fr") || gct_slice_is(text, "en") || gct_slice_is(text, "other");
    case ALLOWED_CAMPAIGN: return made_of(text, 1, CAMPAIGN_BYTES, "._-") && gct_engagement_allowed(text);
    case ALLOWED_LABEL: return text.len > 0 && gct_engagement_allowed(text);
    }
    return 0;
}
