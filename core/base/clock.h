/* Time. Wall time is for records, monotonic time for waiting. Any thread. */
#ifndef GUICHET_CORE_BASE_CLOCK_H
#define GUICHET_CORE_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include <guichet/abi.h>

#include "base/error.h"

#define GCT_SECOND_MS INT64_C(1000)
#define GCT_MINUTE_MS (60 * GCT_SECOND_MS)
#define GCT_HOUR_MS (60 * GCT_MINUTE_MS)
#define GCT_DAY_MS (24 * GCT_HOUR_MS)

/* UTC milliseconds since 1970. */
int64_t gct_clock_wall_ms(void);

/* Milliseconds since some moment; never goes back. */
int64_t gct_clock_mono_ms(void);

/* Microseconds of the same clock, for measuring. */
int64_t gct_clock_mono_us(void);

/* "2026-11-23T19:05:00.123Z": 24 characters and a NUL. Years 1970 to 9999. */
#define GCT_TIME_TEXT 25
void gct_time_write(int64_t ms, char text[GCT_TIME_TEXT]);

/* RFC 3339 with any offset and up to nine digits of fraction (cut to milliseconds); GCT_INVALID otherwise. */
GCT_NODISCARD enum gct_status gct_time_read(struct gct_slice text, int64_t *ms);

#endif
