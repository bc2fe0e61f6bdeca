#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "base/slice.h"

/* Who finds no place shares the first with all others who found none. */
#define PLACES 256u
#define SUBJECT_BYTES 96u

/* One event about one subject, in the span that runs or was the last one. */
struct place {
    const char *event; /* NULL: nobody's */
    char subject[SUBJECT_BYTES];
    enum gct_log_level level;
    int64_t ends_ms;
    uint32_t lines;
    uint64_t left_out;
};

static pthread_mutex_t limit_lock = PTHREAD_MUTEX_INITIALIZER;
static struct place places[PLACES];

static int is_over(const struct place *place, int64_t now_ms)
{
    return place->ends_ms <= now_ms;
}

static struct place *place_of(const char *event, struct gct_slice subject, int64_t now_ms)
{
    struct place *vacant = NULL;
    for (size_t i = 1; i < PLACES; i++) {
        struct place *place = &places[i];
        if (place->event != NULL && strcmp(place->event, event) == 0 &&
            gct_slice_eq(gct_slice_of(place->subject), subject)) {
            return place;
        }
        if (vacant == NULL && (place->event == NULL || (is_over(place, now_ms) && place->left_out == 0))) {
            vacant = place;
        }
    }
    if (vacant == NULL) {
        vacant = &places[0];
        vacant->event = "others";
        return vacant;
    }
    *vacant = (struct place){ .event = event };
    (void)snprintf(vacant->subject, sizeof vacant->subject, "%.*s", GCT_ARG(subject));
    return vacant;
}

/* With the lock. What the last span left out must have been told. */
static int may_write(struct gct_log_rate rate, enum gct_log_level level, const char *event,
                     struct gct_slice subject, int64_t now_ms)
{
    struct place *place = place_of(event, gct_slice_head(subject, SUBJECT_BYTES - 1u), now_ms);
    if (is_over(place, now_ms)) {
        place->ends_ms = now_ms + rate.span_ms;
        place->lines = 0;
    }
    place->level = level;
    int may = place->lines < rate.lines;
    place->lines += may != 0;
    place->left_out += may == 0;
    return may;
}

/* With the lock: one place that has something to tell. */
static int take_left_out(int64_t now_ms, struct place *out)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (places[i].left_out > 0 && is_over(&places[i], now_ms)) {
            *out = places[i];
            places[i].left_out = 0;
            return 1;
        }
    }
    return 0;
}

void gct_log_tell_left_out(int64_t now_ms)
{
    struct place place;
    int found = 1;
    while (found) {
        GCT_CHECK_EQ(pthread_mutex_lock(&limit_lock), 0);
        found = take_left_out(now_ms, &place);
        GCT_CHECK_EQ(pthread_mutex_unlock(&limit_lock), 0);
        if (found) {
            GCT_LOG(place.level, "log.left_out", GCT_F_CSTR("of", place.event),
                    GCT_F_CSTR("subject", place.subject), GCT_F_INT("lines", place.left_out));
        }
    }
}

void gct_log_write_limited(struct gct_log_rate rate, enum gct_log_level level, const char *event,
                           struct gct_slice subject, const struct gct_log_field *fields, size_t count)
{
    int64_t now_ms = gct_clock_mono_ms();
    if (!gct_log_has(level)) {
        return;
    }
    gct_log_tell_left_out(now_ms);
    GCT_CHECK_EQ(pthread_mutex_lock(&limit_lock), 0);
    int may = may_write(rate, level, event, subject, now_ms);
    GCT_CHECK_EQ(pthread_mutex_unlock(&limit_lock), 0);
    if (may) {
        gct_log_write(level, event, fields, count);
    }
}
