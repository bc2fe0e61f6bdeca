#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum gct_status(gct_error_set)(struct gct_error *err, enum gct_status status, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        err->status = status;
        va_start(args, format);
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

enum gct_status gct_error_prefix(struct gct_error *err, const char *format, ...)
{
    GCT_CHECK(err != NULL);
    char old[sizeof err->text];
    char prefix[sizeof err->text];
    va_list args;
    memcpy(old, err->text, sizeof old);
    va_start(args, format);
    (void)vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    (void)snprintf(err->text, sizeof err->text, "%.150s: %.240s", prefix, old);
    return err->status;
}

#define STATUS_NAME_CASE(name, value, text) [value] = #name,
static const char *const status_names[] = { GCT_STATUS_TABLE(STATUS_NAME_CASE) };

#define STATUS_TEXT_CASE(name, value, text) [value] = text,
static const char *const status_texts[] = { GCT_STATUS_TABLE(STATUS_TEXT_CASE) };

const char *gct_status_name(enum gct_status status)
{
    return (unsigned)status < GCT_COUNT(status_names) ? status_names[status] : "UNKNOWN";
}

const char *gct_status_text(enum gct_status status)
{
    return (unsigned)status < GCT_COUNT(status_texts) ? status_texts[status] : "unknown status";
}
