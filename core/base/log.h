/* The log: one line an event on stderr, logfmt or JSON, never message text, names or secrets.
 *
 * The one piece of process-wide state in the core: set once at start (gct_log_start), then only read, but for
 * the count of lines that others can cause. Values are escaped (control characters, bidi marks, quotes), so a
 * line is always one line and always parses. Any thread. */
#ifndef GUICHET_CORE_BASE_LOG_H
#define GUICHET_CORE_BASE_LOG_H

#include <guichet/abi.h>

#include "base/clock.h"
#include "base/error.h"

#define GCT_LOG_LEVEL_TABLE(X)                                                                               \
    X(LEVEL_DEBUG, "debug") X(LEVEL_INFO, "info") X(LEVEL_WARN, "warn") X(LEVEL_ERROR, "error")
#define GCT_LOG_AS_ENUM(name, text) GCT_##name,
enum gct_log_level { GCT_LOG_LEVEL_TABLE(GCT_LOG_AS_ENUM) GCT_LEVEL_COUNT };
#undef GCT_LOG_AS_ENUM

enum gct_log_format { GCT_LOG_LOGFMT, GCT_LOG_JSON };

struct gct_log_field {
    const char *name;
    struct gct_slice text; /* used when is_number is 0 */
    int64_t number;
    int is_number;
};

#define GCT_F_TEXT(name, slice) ((struct gct_log_field){ (name), (slice), 0, 0 })
#define GCT_F_CSTR(name, text) ((struct gct_log_field){ (name), gct_slice_of(text), 0, 0 })
#define GCT_F_INT(name, value) ((struct gct_log_field){ (name), GCT_EMPTY, (int64_t)(value), 1 })

/* Before threads start. */
void gct_log_start(enum gct_log_format format, enum gct_log_level least);

/* 1 when lines of this level are written. */
int gct_log_has(enum gct_log_level level);

/* event is a constant like "hook.refused"; fields are written in order. */
void gct_log_write(enum gct_log_level level, const char *event, const struct gct_log_field *fields,
                   size_t count);

/* GCT_LOG(GCT_LEVEL_INFO, "store.opened", GCT_F_INT("migrations", 3)); needs base/slice.h. */
#define GCT_LOG(level, event, ...)                                                                           \
    gct_log_write((level), (event), (struct gct_log_field[]){ __VA_ARGS__ },                                 \
                  sizeof((struct gct_log_field[]){ __VA_ARGS__ }) / sizeof(struct gct_log_field))

/* ---- what others can cause ---- */

/* At most so many lines in so long. */
struct gct_log_rate {
    uint32_t lines;
    int64_t span_ms;
};
#define GCT_LOG_MINUTELY ((struct gct_log_rate){ 60u, GCT_MINUTE_MS })

/* As gct_log_write, for a line that a stranger, a platform or a plugin can cause as often as it likes: the
 * rate holds for each event about each subject (a channel; GCT_EMPTY: there is but one). What is left out is
 * counted, and told by one line log.left_out when the span is over. */
void gct_log_write_limited(struct gct_log_rate rate, enum gct_log_level level, const char *event,
                           struct gct_slice subject, const struct gct_log_field *fields, size_t count);

/* GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_WARN, "hook.denied", channel, GCT_F_TEXT(…)); */
#define GCT_LOG_LIMITED(rate, level, event, subject, ...)                                                    \
    gct_log_write_limited((rate), (level), (event), (subject), (struct gct_log_field[]){ __VA_ARGS__ },      \
                          sizeof((struct gct_log_field[]){ __VA_ARGS__ }) / sizeof(struct gct_log_field))

/* Tell what was left out in the spans that are over at now_ms, of gct_clock_mono_ms; INT64_MAX: in all. Each
 * limited line does that first; the loop does it for a flood that has ended. */
void gct_log_tell_left_out(int64_t now_ms);

/* An error with its sentence: event, status, reason. */
void gct_log_error(const char *event, const struct gct_error *err);

#endif
