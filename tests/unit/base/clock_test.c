#include <string.h>

#include "base/clock.c"
#include "cmocka_all.h"

static void times_go_there_and_back(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { INT64_C(951782400000), "2000-02-29T00:00:00.000Z" },
        { INT64_C(1795460700123), "2026-11-23T19:05:00.123Z" },
        { INT64_C(4102444799999), "2099-12-31T23:59:59.999Z" },
        { INT64_C(253402300799999), "9999-12-31T23:59:59.999Z" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        char text[GCT_TIME_TEXT];
        int64_t back = -1;
        gct_time_write(cases[i].ms, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(gct_time_read(gct_slice_of(text), &back), GCT_OK);
        assert_int_equal(back, cases[i].ms);
    }
    for (int64_t day = 0; day < 40000; day += 17) {
        char text[GCT_TIME_TEXT];
        int64_t back = -1;
        gct_time_write(day * GCT_DAY_MS + 1, text);
        assert_int_equal(gct_time_read(gct_slice_of(text), &back), GCT_OK);
        assert_int_equal(back, day * GCT_DAY_MS + 1);
    }
}

static void offsets_and_fractions_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        { "1970-01-01T01:00:00+01:00", 0 },
        { "1970-01-01T00:00:00-0030", 1800000 },
        { "1970-01-01T00:00:00.5Z", 500 },
        { "1970-01-01t00:00:00.123456789z", 123 },
        { "2026-01-01T00:00:00+0000", INT64_C(1767225600000) },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        int64_t ms = -1;
        assert_int_equal(gct_time_read(gct_slice_of(cases[i].text), &ms), GCT_OK);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "2026",
                                       "2026-11-23",
                                       "2026-13-01T00:00:00Z",
                                       "2026-02-29T00:00:00Z",
                                       "2026-11-23T24:00:00Z",
                                       "2026-11-23T19:05:00",
                                       "2026-11-23T19:05:00.Z",
                                       "2026-11-23T19:05:00.1234567890Z",
                                       "2026-11-23T19:05:00+1:00",
                                       "2026-11-23T19:05:00Zjunk",
                                       "-026-11-23T19:05:00Z",
                                       "2026/11/23T19:05:00Z" };
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        int64_t ms = -1;
        assert_int_equal(gct_time_read(gct_slice_of(bad[i]), &ms), GCT_INVALID);
        assert_int_equal(ms, -1);
    }
}

static void monotonic_time_does_not_go_back(void **state)
{
    (void)state;
    int64_t last = gct_clock_mono_us();
    for (int i = 0; i < 1000; i++) {
        int64_t now = gct_clock_mono_us();
        assert_true(now >= last);
        last = now;
    }
    assert_true(gct_clock_wall_ms() > INT64_C(1700000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_go_there_and_back),
        cmocka_unit_test(offsets_and_fractions_are_read),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(monotonic_time_does_not_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
