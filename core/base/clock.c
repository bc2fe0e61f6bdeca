#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/slice.h"

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    GCT_CHECK_EQ(clock_gettime(id, &now), 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t gct_clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t gct_clock_mono_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t gct_clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

/* Days since 1970 of a date of the proleptic Gregorian calendar; the year is counted from March, so that the
 * leap day is its last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

void gct_time_write(int64_t ms, char text[GCT_TIME_TEXT])
{
    const int64_t most = INT64_C(253402300799999); /* the end of year 9999 */
    int64_t t = ms < 0 ? 0 : ms > most ? most : ms;
    int64_t rest = t % GCT_DAY_MS;
    int year = 0;
    int month = 0;
    int day = 0;
    char wide[96];
    date_of(t / GCT_DAY_MS, &year, &month, &day);
    int len = snprintf(wide, sizeof wide, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
                       (int)(rest / GCT_HOUR_MS), (int)(rest / GCT_MINUTE_MS % 60),
                       (int)(rest / GCT_SECOND_MS % 60), (int)(rest % 1000));
    GCT_CHECK_EQ(len, GCT_TIME_TEXT - 1);
    for (int i = 0; i < GCT_TIME_TEXT; i++) {
        text[i] = wide[i];
    }
}

/* count digits at offset within [least, most]; -1 otherwise. */
static int64_t digits(struct gct_slice text, size_t offset, size_t count, int64_t least, int64_t most)
{
    int64_t value = -1;
    struct gct_slice part = gct_slice_head(gct_slice_from(text, offset), count);
    if (part.len != count || part.ptr[0] == '-' || gct_slice_integer(part, least, most, &value) != GCT_OK) {
        return -1;
    }
    return value;
}

static int month_days(int64_t year, int64_t month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* The fraction and offset that end an RFC 3339 text: milliseconds to add, or INT64_MIN. */
static int64_t read_tail(struct gct_slice tail)
{
    int64_t ms = 0;
    if (tail.len != 0 && tail.ptr[0] == '.') {
        int64_t scale = 100;
        size_t i = 1;
        for (; i < tail.len && tail.ptr[i] >= '0' && tail.ptr[i] <= '9'; i++) {
            ms += (tail.ptr[i] - '0') * scale;
            scale /= 10;
        }
        if (i == 1u || i > 10u) {
            return INT64_MIN;
        }
        tail = gct_slice_from(tail, i);
    }
    if (tail.len == 1u && (tail.ptr[0] == 'Z' || tail.ptr[0] == 'z')) {
        return ms;
    }
    /* +hh:mm, and Meta's +hhmm */
    size_t colon = tail.len == 6u && tail.ptr[3] == ':' ? 1u : 0u;
    int64_t hours = tail.len == 5u + colon ? digits(tail, 1u, 2u, 0, 23) : -1;
    int64_t minutes = hours >= 0 ? digits(tail, 3u + colon, 2u, 0, 59) : -1;
    if (minutes < 0 || (tail.ptr[0] != '+' && tail.ptr[0] != '-')) {
        return INT64_MIN;
    }
    int64_t offset = hours * GCT_HOUR_MS + minutes * GCT_MINUTE_MS;
    return tail.ptr[0] == '+' ? ms - offset : ms + offset;
}

enum gct_status gct_time_read(struct gct_slice text, int64_t *ms)
{
    int64_t year = digits(text, 0, 4u, 0, 9999);
    int64_t month = digits(text, 5u, 2u, 1, 12);
    int64_t day = digits(text, 8u, 2u, 1, 31);
    int64_t hour = digits(text, 11u, 2u, 0, 23);
    int64_t minute = digits(text, 14u, 2u, 0, 59);
    int64_t second = digits(text, 17u, 2u, 0, 60);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || text.len < 20u) {
        return GCT_INVALID;
    }
    if (text.ptr[4] != '-' || text.ptr[7] != '-' || text.ptr[13] != ':' || text.ptr[16] != ':' ||
        (text.ptr[10] != 'T' && text.ptr[10] != 't' && text.ptr[10] != ' ') ||
        day > month_days(year, month)) {
        return GCT_INVALID;
    }
    int64_t tail = read_tail(gct_slice_from(text, 19u));
    if (tail == INT64_MIN) {
        return GCT_INVALID;
    }
    *ms = days_of(year, month, day) * GCT_DAY_MS + hour * GCT_HOUR_MS + minute * GCT_MINUTE_MS +
          second * GCT_SECOND_MS + tail;
    return GCT_OK;
}
