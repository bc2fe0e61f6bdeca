#include "store/threads/upkeep.c"

#include "store/messages.h"

static enum gct_status count_chore(void *arg, struct gct_tx *tx, int *more, struct gct_error *err)
{
    *more = 0;
    char value[16];
    atomic_uint *times = arg;
    (void)snprintf(value, sizeof value, "%u", atomic_fetch_add(times, 1u) + 1u);
    return put_setting(gct_tx_db(tx), "chore", value, err);
}

static enum gct_status failing_chore(void *arg, struct gct_tx *tx, int *more, struct gct_error *err)
{
    (void)count_chore(arg, tx, more, err);
    *more = 1; /* of no weight when it fails */
    return gct_error_set(err, GCT_INTERNAL, "chore of the test");
}

/* A backlog of ten turns. */
static enum gct_status long_chore(void *arg, struct gct_tx *tx, int *more, struct gct_error *err)
{
    atomic_uint *times = arg;
    enum gct_status status = count_chore(arg, tx, more, err);
    *more = atomic_load(times) < 10u;
    return status;
}

static void a_chore_that_leaves_something_over_is_run_again_at_once(void **state)
{
    struct fixture *fixture = *state;
    atomic_uint times = 0;
    gct_store_add_chore(fixture->store, 3600000, long_chore, &times);
    wait_until(atomic_load(&times) == 10);
    gct_store_close(&fixture->store);
    assert_int_equal(atomic_load(&times), 10);
}

static void chores_run_as_writes_of_their_own_again_and_again(void **state)
{
    struct fixture *fixture = *state;
    atomic_uint seldom = 0;
    atomic_uint often = 0;
    atomic_uint failing = 0;
    gct_store_add_chore(fixture->store, 3600000, count_chore, &seldom);
    gct_store_add_chore(fixture->store, 1, failing_chore, &failing);
    wait_until(atomic_load(&seldom) == 1);
    wait_until(atomic_load(&failing) >= 2);
    assert_setting(fixture->store, "chore", "1"); /* what failed was undone */
    gct_store_add_chore(fixture->store, 1, count_chore, &often);
    wait_until(atomic_load(&often) >= 3);
    gct_store_close(&fixture->store);
    assert_int_equal(atomic_load(&seldom), 1);
    assert_int_equal(fixture_number(fixture->path, "SELECT value FROM setting WHERE name = 'chore'"),
                     atomic_load(&often));
}

static void new_messages_are_indexed_within_a_second(void **state)
{
    struct fixture *fixture = *state;
    struct gct_store_stats stats;
    messages_base(fixture->path);
    messages_add(fixture, "'hello there'");
    int64_t begin = gct_clock_mono_ms();
    messages_indexed(fixture);
    assert_true(gct_clock_mono_ms() - begin <= 1000);
    wait_until((gct_store_stats(fixture->store, &stats), stats.index_lag == 0));
}

static void a_backlog_is_indexed_in_small_turns(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    messages_base(fixture->path);
    fixture_sql(fixture->path,
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                "INSERT INTO message " MESSAGE_COLUMNS
                " SELECT 1, 1, 1, 0, 0, 0, 0, 0, CASE i % 3 WHEN 0 THEN NULL ELSE 'word' || i END FROM n");
    assert_ok(put_now(fixture->store, "heard", "1", &err), err);
    messages_indexed(fixture);
    assert_int_equal(
        fixture_number(fixture->path, "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'word*'"),
        5000 - 5000 / 3);
    assert_true(fixture_number(fixture->path,
                               "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'word4999'") == 1);
}

static enum gct_status grow(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_slice large = { arg, (size_t)256u << 10 };
    return gct_db_run(gct_tx_db(tx), GCT_SQL_setting_put,
                      GCT_BIND(GCT_V_TEXT(GCT_LIT("large")), GCT_V_TEXT(large)), err);
}

static void the_log_stays_bounded_under_load(void **state)
{
    enum { WRITES = 600 };
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_store_stats stats;
    struct stat log;
    char path[128];
    char *large = gct_heap_new((size_t)256u << 10);
    int64_t longest = 0;
    (void)snprintf(path, sizeof path, "%s-wal", fixture->path);
    /* 150 MiB through the log, slowly enough that upkeep keeps up on any machine. */
    for (int i = 0; i < WRITES; i++) {
        memset(large, 'a' + i % 26, (size_t)256u << 10);
        assert_ok(gct_store_write_wait(fixture->store, grow, large, &err), err);
        gct_store_stats(fixture->store, &stats);
        longest = stats.log_bytes > longest ? stats.log_bytes : longest;
        assert_int_equal(usleep(2000), 0);
    }
    assert_true(longest > STORE_LOG_MOVE_BYTES);
    assert_true(longest < ((int64_t)48 << 20));
    assert_int_equal(stat(path, &log), 0);
    assert_true(log.st_size < ((int64_t)48 << 20));
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(chores_run_as_writes_of_their_own_again_and_again, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_chore_that_leaves_something_over_is_run_again_at_once,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(new_messages_are_indexed_within_a_second, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_backlog_is_indexed_in_small_turns, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_log_stays_bounded_under_load, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
