#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.c"
#include "cmocka_all.h"

struct thing {
    uint32_t magic;
    int value;
};

/* Runs act in a child; gives what it wrote on standard error, and whether it ended by SIGABRT. */
static int ends_process(void (*act)(void), char *said, size_t room)
{
    int ends[2];
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        act();
        _exit(0);
    }
    close(ends[1]);
    ssize_t len = read(ends[0], said, room - 1u);
    said[len < 0 ? 0 : len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void compare(void)
{
    GCT_CHECK_EQ(2u + 1u, 4u);
}

static void wrong_object(void)
{
    struct thing thing = { 0x11u, 0 };
    GCT_CHECK_OBJ(&thing, 0x22u);
}

static void nothing_wrong(void)
{
    struct thing thing = { 0x22u, 0 };
    GCT_CHECK(1 + 1 == 2);
    GCT_CHECK_EQ(thing.value, 0);
    GCT_CHECK_OBJ(&thing, 0x22u);
}

static void what_must_not_be_ends_the_process_with_both_values(void **state)
{
    (void)state;
    char said[500];
    assert_true(ends_process(compare, said, sizeof said));
    assert_non_null(strstr(said, "(3, 4)"));
    assert_non_null(strstr(said, "check_test.c:"));
    assert_true(ends_process(wrong_object, said, sizeof said));
    assert_non_null(strstr(said, "(17, 34)"));
    assert_false(ends_process(nothing_wrong, said, sizeof said));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        what_must_not_be_ends_the_process_with_both_values) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
