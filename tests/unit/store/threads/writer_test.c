#include "store/threads/writer.c"

#include <signal.h>
#include <sys/resource.h>

#include "store/fixture.h"

/* How long the last refusal or answer took, at most. */
static enum gct_status timed_put(struct gct_store *store, int64_t *took_ms, struct gct_error *err)
{
    int64_t begin = gct_clock_mono_ms();
    enum gct_status status = put_now(store, "timed", "1", err);
    *took_ms = gct_clock_mono_ms() - begin;
    return status;
}

static void while_another_process_has_the_lock_writes_fail_soon_and_then_work_again(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    struct gct_store_stats stats;
    sqlite3 *other = NULL;
    int64_t took = 0;
    struct timespec before;
    struct timespec after;
    assert_ok(put_now(fixture->store, "a", "1", &err), err);
    assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(timed_put(fixture->store, &took, &err), GCT_UNAVAILABLE);
    assert_non_null(strstr(err.text, "locked by another process"));
    assert_true(took < 4000);
    assert_int_equal(timed_put(fixture->store, &took, &err), GCT_UNAVAILABLE);
    assert_true(took < 100); /* not even taken */
    gct_store_stats(fixture->store, &stats);
    assert_int_equal(stats.writable, 0);
    assert_non_null(strstr(stats.reason, "locked by another process"));
    assert_setting(fixture->store, "a", "1");
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before), 0);
    assert_int_equal(usleep(2000000), 0);
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
    int64_t cpu_ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    assert_true(cpu_ms < 200); /* no busy loop */
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    int64_t freed = gct_clock_mono_ms();
    wait_until(put_now(fixture->store, "b", "2", &err) == GCT_OK);
    assert_true(gct_clock_mono_ms() - freed < 5000);
    assert_setting(fixture->store, "b", "2");
}

static enum gct_status put_large(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_slice large = { arg, (size_t)1u << 20 };
    return gct_db_run(gct_tx_db(tx), GCT_SQL_setting_put,
                      GCT_BIND(GCT_V_TEXT(GCT_LIT("large")), GCT_V_TEXT(large)), err);
}

/* A file may not grow past its limit (EFBIG): what was answered stays, reads go on, and with room again it
 * writes again by itself. */
static void a_disk_without_room_refuses_writes_and_recovers(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_store_stats stats;
    struct rlimit old;
    char *large = gct_heap_new((size_t)1u << 20);
    memset(large, 'x', (size_t)1u << 20);
    assert_int_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    assert_ok(put_now(fixture->store, "a", "1", &err), err);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = { .rlim_cur = 300000, .rlim_max = old.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(gct_store_write_wait(fixture->store, put_large, large, &err), GCT_UNAVAILABLE);
    assert_setting(fixture->store, "a", "1");
    assert_setting(fixture->store, "large", "");
    gct_store_stats(fixture->store, &stats);
    assert_true(stats.failed_commits >= 1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    int64_t freed = gct_clock_mono_ms();
    wait_until(gct_store_write_wait(fixture->store, put_large, large, &err) == GCT_OK);
    assert_true(gct_clock_mono_ms() - freed < 5000);
    assert_int_equal(fixture_number(fixture->path, "SELECT length(value) FROM setting WHERE name = 'large'"),
                     1 << 20);
    assert_int_equal(
        fixture_number(fixture->path, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    free(large);
}

/* What the upkeep finds makes the writer close every connection, its own and the readers'. */
static void a_database_file_that_failed_is_opened_anew_by_everybody(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_UNAVAILABLE, "the disk failed" };
    struct gct_store_stats stats;
    assert_ok(put_now(fixture->store, "a", "1", &err), err);
    for (int i = 0; i < 3; i++) {
        (void)gct_error_set(&err, GCT_UNAVAILABLE, "the disk failed");
        store_reason_set(fixture->store, &err);
        atomic_store(&fixture->store->disk_failed, 1);
        writer_nudge(fixture->store);
        wait_until((gct_store_stats(fixture->store, &stats), !stats.writable));
        assert_string_equal(stats.reason, "the disk failed");
        assert_setting(fixture->store, "a", "1");
        wait_until((gct_store_stats(fixture->store, &stats), stats.writable));
        assert_ok(put_now(fixture->store, "a", "1", &err), err);
    }
}

static void closing_while_it_refuses_ends(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    sqlite3 *other = NULL;
    assert_ok(put_now(fixture->store, "a", "1", &err), err);
    assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(put_now(fixture->store, "a", "2", &err), GCT_UNAVAILABLE);
    gct_store_close(&fixture->store);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    (void)fixture_open(fixture, (struct gct_store_options){ 0 });
    assert_setting(fixture->store, "a", "1");
}

static void pauses_between_attempts_grow_to_a_limit(void **state)
{
    (void)state;
    assert_int_equal(retry_after(0), 250);
    assert_int_equal(retry_after(1), 500);
    assert_int_equal(retry_after(3), 2000);
    assert_int_equal(retry_after(1000), 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            while_another_process_has_the_lock_writes_fail_soon_and_then_work_again, fixture_setup,
            fixture_teardown),
        cmocka_unit_test_setup_teardown(a_disk_without_room_refuses_writes_and_recovers, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_database_file_that_failed_is_opened_anew_by_everybody,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(closing_while_it_refuses_ends, fixture_setup, fixture_teardown),
        cmocka_unit_test(pauses_between_attempts_grow_to_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
