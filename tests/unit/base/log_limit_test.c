#include "base/log_limit.c"

#include <stdlib.h>
#include <unistd.h>

#include "cmocka_all.h"

static const struct gct_log_rate RATE = { 3u, 1000 };

static int empty(void **state)
{
    (void)state;
    memset(places, 0, sizeof places);
    return 0;
}

/* How many of 10 lines at now_ms may be written. */
static int of_ten(const char *event, const char *subject, int64_t now_ms)
{
    int written = 0;
    for (int i = 0; i < 10; i++) {
        written += may_write(RATE, GCT_LEVEL_WARN, event, gct_slice_of(subject), now_ms);
    }
    return written;
}

static void each_event_about_each_subject_has_its_own_lines(void **state)
{
    (void)state;
    assert_int_equal(of_ten("hook.denied", "desk", 5), 3);
    assert_int_equal(of_ten("hook.denied", "desk", 1004), 0);
    assert_int_equal(of_ten("hook.denied", "shop", 1004), 3);
    assert_int_equal(of_ten("hook.other", "desk", 1004), 3);
    assert_int_equal(of_ten("hook.denied", "desk", 1005), 3);
}

static void what_is_left_out_is_told_once_and_when_the_span_is_over(void **state)
{
    struct place told;
    (void)state;
    (void)of_ten("hook.denied", "desk", 5);
    (void)of_ten("hook.denied", "desk", 6);
    assert_false(take_left_out(1004, &told));
    assert_true(take_left_out(1005, &told));
    assert_string_equal(told.event, "hook.denied");
    assert_string_equal(told.subject, "desk");
    assert_int_equal(told.left_out, 17);
    assert_int_equal(told.level, GCT_LEVEL_WARN);
    assert_false(take_left_out(1005, &told));
    assert_int_equal(of_ten("hook.denied", "desk", 1005), 3);
    assert_true(take_left_out(INT64_MAX, &told));
    assert_int_equal(told.left_out, 7);
}

static void what_was_written_whole_leaves_nothing_to_tell(void **state)
{
    struct place told;
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_true(may_write(RATE, GCT_LEVEL_INFO, "a.b", GCT_EMPTY, i));
    }
    assert_false(take_left_out(INT64_MAX, &told));
}

/* However many subjects there are: those who find no place share one. */
static void many_subjects_do_not_open_the_door(void **state)
{
    char subject[32];
    int written = 0;
    struct place told;
    (void)state;
    for (size_t i = 0; i < (size_t)4 * PLACES; i++) {
        (void)snprintf(subject, sizeof subject, "s%zu", i);
        written += may_write(RATE, GCT_LEVEL_WARN, "a.b", gct_slice_of(subject), 5);
    }
    assert_int_equal(written, PLACES - 1u + RATE.lines);
    assert_true(take_left_out(INT64_MAX, &told));
    assert_string_equal(told.event, "others");
    assert_int_equal(told.left_out, 3u * PLACES + 1u - RATE.lines);
    written = of_ten("c.d", "new", 1005); /* the places of those who are over are free again */
    assert_int_equal(written, 3);
    assert_string_equal(places[1].subject, "new");
}

static void a_long_subject_is_cut_and_found_again(void **state)
{
    char subject[400];
    (void)state;
    memset(subject, 'x', sizeof subject - 1u);
    subject[sizeof subject - 1u] = '\0';
    assert_int_equal(of_ten("a.b", subject, 5), 3);
    assert_int_equal(of_ten("a.b", subject, 6), 0);
}

/* The lines themselves, on standard error. */
static void the_rest_is_one_line(void **state)
{
    char path[] = "/tmp/guichet-limit-XXXXXX", text[4096];
    int fd = mkstemp(path), old = dup(STDERR_FILENO);
    const struct gct_log_rate rate = { 1u, GCT_HOUR_MS };
    (void)state;
    assert_true(fd >= 0 && old >= 0);
    assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    for (int i = 0; i < 5; i++) {
        GCT_LOG_LIMITED(rate, GCT_LEVEL_WARN, "hook.denied", GCT_LIT("desk"), GCT_F_INT("n", i));
        GCT_LOG_LIMITED(rate, GCT_LEVEL_DEBUG, "never.seen", GCT_LIT("desk"), GCT_F_INT("n", i));
    }
    gct_log_tell_left_out(gct_clock_mono_ms());
    gct_log_tell_left_out(INT64_MAX);
    assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
    ssize_t len = pread(fd, text, sizeof text - 1u, 0);
    assert_true(len > 0);
    text[len] = '\0';
    assert_non_null(strstr(text, " level=warn event=hook.denied n=0\n"));
    assert_non_null(strstr(text, " level=warn event=log.left_out of=hook.denied subject=desk lines=4\n"));
    assert_null(strstr(text, "n=1"));
    assert_null(strstr(text, "never.seen"));
    assert_int_equal(close(fd) | close(old) | unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_event_about_each_subject_has_its_own_lines, empty),
        cmocka_unit_test_setup(what_is_left_out_is_told_once_and_when_the_span_is_over, empty),
        cmocka_unit_test_setup(what_was_written_whole_leaves_nothing_to_tell, empty),
        cmocka_unit_test_setup(many_subjects_do_not_open_the_door, empty),
        cmocka_unit_test_setup(a_long_subject_is_cut_and_found_again, empty),
        cmocka_unit_test_setup(the_rest_is_one_line, empty),
    };
    return cmocka_run_group_tests_name("base/log_limit", tests, NULL, NULL);
}
