#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/json.h"
#include "base/log.c"
#include "cmocka_all.h"

/* Runs one log call with stderr in a file, and gives what was written. */
static size_t capture(char *room, size_t room_len, enum gct_log_format format, struct gct_slice value)
{
    char path[] = "/tmp/guichet-log-XXXXXX";
    int fd = mkstemp(path);
    int old = dup(STDERR_FILENO);
    assert_true(fd >= 0 && old >= 0);
    assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    gct_log_start(format, GCT_LEVEL_INFO);
    GCT_LOG(GCT_LEVEL_DEBUG, "never.seen", GCT_F_INT("n", 1));
    GCT_LOG(GCT_LEVEL_WARN, "test.event", GCT_F_TEXT("value", value), GCT_F_INT("n", -7));
    assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
    ssize_t len = pread(fd, room, room_len - 1u, 0);
    assert_true(len > 0);
    room[len] = '\0';
    close(old);
    close(fd);
    unlink(path);
    return (size_t)len;
}

static const char *const hostile[] = { "plain",
                                       "two words",
                                       "a\nlevel=error event=forged",
                                       "\x1b[31mred",
                                       "quote\" and \\",
                                       "",
                                       "\xe2\x80\xae reversed",
                                       "\xff\xfe",
                                       "\xc2\x85 next line",
                                       "\xe2\x80\xa8 separator",
                                       "\t\r\n" };

static void every_value_stays_on_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(hostile); i++) {
        char line[8192];
        size_t len = capture(line, sizeof line, GCT_LOG_LOGFMT, gct_slice_of(hostile[i]));
        assert_ptr_equal(strchr(line, '\n'), line + len - 1u);
        for (size_t j = 0; j + 1u < len; j++) {
            assert_true((unsigned char)line[j] >= 0x20 && line[j] != 0x7f);
        }
        assert_true(gct_utf8_valid((struct gct_slice){ line, len }));
        assert_non_null(strstr(line, " level=warn event=test.event value="));
        assert_non_null(strstr(line, " n=-7\n"));
        assert_null(strstr(line, "\xe2\x80\xae"));
    }
}

static void json_lines_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(hostile); i++) {
        char line[8192];
        size_t len = capture(line, sizeof line, GCT_LOG_JSON, gct_slice_of(hostile[i]));
        struct gct_error err = { 0 };
        struct gct_json *json = gct_json_parse((struct gct_slice){ line, len }, &err);
        assert_non_null(json);
        assert_slice(gct_json_text(gct_json_get(json, "event")), "test.event");
        assert_int_equal(gct_json_integer(gct_json_get(json, "n"), 0), -7);
        gct_json_free(&json);
    }
}

static void a_long_value_is_cut_and_the_line_still_parses(void **state)
{
    (void)state;
    char value[5000];
    char line[8192];
    memset(value, '\n', sizeof value);
    size_t len = capture(line, sizeof line, GCT_LOG_JSON, (struct gct_slice){ value, sizeof value });
    struct gct_error err = { 0 };
    struct gct_json *json = gct_json_parse((struct gct_slice){ line, len }, &err);
    assert_non_null(json);
    assert_int_equal(gct_json_integer(gct_json_get(json, "n"), 0), -7);
    gct_json_free(&json);
}

/* On a full disk a line may be cut; what comes when there is room again is a line of its own. */
static void a_line_that_was_cut_is_ended_before_the_next(void **state)
{
    (void)state;
    char path[] = "/tmp/guichet-log-XXXXXX";
    char text[1024];
    struct rlimit limit;
    int fd = mkstemp(path);
    int old = dup(STDERR_FILENO);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    struct rlimit little = { .rlim_cur = 30, .rlim_max = limit.rlim_max };
    assert_true(fd >= 0 && old >= 0 && signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    gct_log_start(GCT_LOG_LOGFMT, GCT_LEVEL_INFO);
    assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    GCT_LOG(GCT_LEVEL_INFO, "test.cut", GCT_F_INT("n", 1));
    GCT_LOG(GCT_LEVEL_INFO, "test.lost", GCT_F_INT("n", 2));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    GCT_LOG(GCT_LEVEL_INFO, "test.whole", GCT_F_INT("n", 3));
    assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
    ssize_t len = pread(fd, text, sizeof text - 1u, 0);
    assert_true(len > 31);
    text[len] = '\0';
    assert_ptr_equal(strchr(text, '\n'), text + 30);
    assert_memory_equal(text + 31, "time=", 5);
    assert_non_null(strstr(text + 31, " event=test.whole n=3\n"));
    close(old);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_stays_on_one_line),
        cmocka_unit_test(json_lines_parse),
        cmocka_unit_test(a_long_value_is_cut_and_the_line_still_parses),
        cmocka_unit_test(a_line_that_was_cut_is_ended_before_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
