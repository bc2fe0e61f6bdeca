/* A status with a sentence for a person. Filled in once, where the thing failed; passed up untouched.
 *
 * The sentence holds no message text, no name and no secret: it may be logged and shown to an admin. */
#ifndef GUICHET_CORE_BASE_ERROR_H
#define GUICHET_CORE_BASE_ERROR_H

#include <guichet/status.h>

#include "base/check.h"

struct gct_error {
    enum gct_status status;
    char text[400];
};

/* Write the sentence (printf, cut to fit) and give status back, so that a failing line reads
 * `return gct_error_set(err, GCT_LIMIT, "…")`. err may be NULL. Any thread. */
enum gct_status gct_error_set(struct gct_error *err, enum gct_status status, const char *format, ...)
    GCT_PRINTF(3, 4);

#ifdef __clang_analyzer__
/* The analyzer looks at one file at a time: this shows it that a failure never comes back as GCT_OK. */
#define gct_error_set(err, status, ...) ((void)gct_error_set(err, status, __VA_ARGS__), (status))
#endif

/* Put "prefix: " before the sentence that stands in err, keeping its status. */
enum gct_status gct_error_prefix(struct gct_error *err, const char *format, ...) GCT_PRINTF(2, 3);

/* "OK", "AGAIN", … for logs; never NULL. */
const char *gct_status_name(enum gct_status status);

/* The status's own sentence; never NULL. */
const char *gct_status_text(enum gct_status status);

#endif
