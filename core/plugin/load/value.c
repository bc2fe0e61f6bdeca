/* One value against one option of a manifest. Declared in plugin/manifest.h. */
#include "base/slice.h"
#include "plugin/manifest.h"

#define TEXT_BYTES 4096u

static int is_printable(struct gct_slice text)
{
    int ok = gct_utf8_valid(text);
    for (size_t i = 0; ok && i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        ok = c >= 0x20 && c != 0x7f;
    }
    return ok;
}

static enum gct_status check_number(const struct gct_manifest_option *option, struct gct_slice value,
                                    int64_t *number, struct gct_error *err)
{
    int bounded = option->min != 0 || option->max != 0;
    if (gct_slice_integer(value, INT64_MIN, INT64_MAX, number) != GCT_OK) {
        return gct_error_set(err, GCT_INVALID, "%.*s must be a whole number, not \"%.*s\"",
                             GCT_ARG(option->name), GCT_ARG(gct_utf8_head(value, 64u)));
    }
    if (bounded && (*number < option->min || *number > option->max)) {
        return gct_error_set(err, GCT_INVALID, "%.*s must be between %lld and %lld, not %lld",
                             GCT_ARG(option->name), (long long)option->min, (long long)option->max,
                             (long long)*number);
    }
    return GCT_OK;
}

static enum gct_status check_flag(const struct gct_manifest_option *option, struct gct_slice value,
                                  int64_t *number, struct gct_error *err)
{
    static const char *const words[2][4] = { { "false", "no", "off", "0" }, { "true", "yes", "on", "1" } };
    for (size_t on = 0; on < 2u; on++) {
        for (size_t i = 0; i < GCT_COUNT(words[on]); i++) {
            if (gct_slice_is(value, words[on][i])) {
                *number = (int64_t)on;
                return GCT_OK;
            }
        }
    }
    return gct_error_set(err, GCT_INVALID, "%.*s must be true or false, not \"%.*s\"", GCT_ARG(option->name),
                         GCT_ARG(gct_utf8_head(value, 64u)));
}

static enum gct_status check_choice(const struct gct_manifest_option *option, struct gct_slice value,
                                    struct gct_error *err)
{
    char list[200];
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < option->choice_count; i++) {
        if (gct_slice_eq(value, option->choices[i])) {
            return GCT_OK;
        }
        struct gct_slice choice = option->choices[i];
        for (size_t k = 0; k < choice.len + 1u && used + 1u < sizeof list; k++) {
            list[used++] = k < choice.len ? choice.ptr[k] : ' ';
        }
    }
    list[used == 0 ? 0 : used - 1u] = '\0';
    return gct_error_set(err, GCT_INVALID, "%.*s must be one of: %s; not \"%.*s\"", GCT_ARG(option->name),
                         list, GCT_ARG(gct_utf8_head(value, 64u)));
}

static enum gct_status check_url(const struct gct_manifest_option *option, struct gct_slice value,
                                 struct gct_error *err)
{
    int ok = gct_slice_starts(value, GCT_LIT("https://")) || gct_slice_starts(value, GCT_LIT("http://"));
    for (size_t i = 0; ok && i < value.len; i++) {
        ok = value.ptr[i] > ' ' && value.ptr[i] < 0x7f && value.ptr[i] != '#' && value.ptr[i] != '"';
    }
    ok = ok && value.ptr[value.len - 1u] != ':' && !gct_slice_ends(value, GCT_LIT("://"));
    return ok ? GCT_OK
              : gct_error_set(err, GCT_INVALID,
                              "%.*s must be an address that begins with https:// or http://, not \"%.*s\"",
                              GCT_ARG(option->name), GCT_ARG(gct_utf8_head(value, 64u)));
}

enum gct_status gct_manifest_value(const struct gct_manifest_option *option, struct gct_slice value,
                                   int64_t *number, struct gct_error *err)
{
    *number = 0;
    if (value.len > TEXT_BYTES || !is_printable(value)) {
        return gct_error_set(err, GCT_INVALID, "%.*s must be one line of UTF-8 of at most %u bytes",
                             GCT_ARG(option->name), TEXT_BYTES);
    }
    switch (option->type) {
    case GCT_OPTION_NUMBER: return check_number(option, value, number, err);
    case GCT_OPTION_FLAG: return check_flag(option, value, number, err);
    case GCT_OPTION_CHOICE: return check_choice(option, value, err);
    case GCT_OPTION_URL: return check_url(option, value, err);
    case GCT_OPTION_SECRET:
    case GCT_OPTION_SECRET_LIST:
        return value.len != 0 ? GCT_OK
                              : gct_error_set(err, GCT_INVALID, "%.*s is empty", GCT_ARG(option->name));
    case GCT_OPTION_TEXT:
    case GCT_OPTION_TYPE_COUNT: break;
    }
    return GCT_OK;
}
