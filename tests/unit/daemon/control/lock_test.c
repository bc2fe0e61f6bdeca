#include "daemon/control/lock.c"

#include <stdlib.h>
#include <sys/wait.h>

#include "cmocka_all.h"

static int make_folder(void **state)
{
    static char folder[] = "/tmp/guichet-lock-XXXXXX";
    memcpy(strrchr(folder, '-') + 1, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    char path[100];
    (void)snprintf(path, sizeof path, "%s/%s", (const char *)*state, GCT_LOCK_FILE);
    (void)unlink(path);
    return rmdir(*state);
}

static void only_one_has_the_lock(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    char number[24];
    int first = -1;
    int second = -1;
    (void)snprintf(number, sizeof number, "process %d", (int)getpid());
    assert_int_equal(gct_lock_take(*state, &first, &err), GCT_OK);
    assert_int_equal(gct_lock_take(*state, &second, &err), GCT_AGAIN);
    assert_int_equal(second, -1);
    assert_non_null(strstr(err.text, number));
    gct_lock_free(&first);
    assert_int_equal(first, -1);
    gct_lock_free(&first);
    assert_int_equal(gct_lock_take(*state, &second, &err), GCT_OK);
    gct_lock_free(&second);
}

static void a_process_that_died_has_no_lock(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(gct_lock_take(*state, &fd, &err) == GCT_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(gct_lock_take(*state, &fd, &err), GCT_OK);
    gct_lock_free(&fd);
}

static void a_link_in_its_place_is_not_followed(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    char path[100];
    int fd = -1;
    (void)snprintf(path, sizeof path, "%s/%s", (const char *)*state, GCT_LOCK_FILE);
    assert_int_equal(symlink("/tmp/guichet-lock-elsewhere", path), 0);
    assert_int_equal(gct_lock_take(*state, &fd, &err), GCT_UNAVAILABLE);
    assert_int_not_equal(access("/tmp/guichet-lock-elsewhere", F_OK), 0);
}

static void a_missing_folder_is_said(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    (void)state;
    assert_int_equal(gct_lock_take("/nonexistent/run", &fd, &err), GCT_UNAVAILABLE);
    assert_non_null(strstr(err.text, "/nonexistent/run"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_one_has_the_lock, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_process_that_died_has_no_lock, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_link_in_its_place_is_not_followed, make_folder, remove_folder),
        cmocka_unit_test(a_missing_folder_is_said),
    };
    return cmocka_run_group_tests_name("daemon/control/lock", tests, NULL, NULL);
}
