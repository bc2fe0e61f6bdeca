#include "store/store.c"

#include <fcntl.h>

#include "store/fixture.h"

static void an_answered_write_is_in_the_file(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    assert_ok(put_now(fixture->store, "a", "1", &err), err);
    assert_int_equal(fixture_number(fixture->path, "SELECT value FROM setting WHERE name = 'a'"), 1);
}

static void writes_that_wait_share_one_commit(void **state)
{
    enum { WRITES = 200 };
    struct fixture *fixture = *state;
    struct put first;
    static struct put puts[WRITES];
    static char names[WRITES][16];
    struct gct_store_stats before;
    struct gct_store_stats after;
    sem_t entered;
    sem_t gate;
    assert_int_equal(sem_init(&entered, 0, 0), 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    put_begin(&first, "first", "1");
    first.entered = &entered;
    first.gate = &gate;
    assert_int_equal(gct_store_write(fixture->store, &first.write), GCT_OK);
    assert_int_equal(sem_wait(&entered), 0);
    gct_store_stats(fixture->store, &before);
    for (int i = 0; i < WRITES; i++) {
        (void)snprintf(names[i], sizeof names[i], "n%d", i);
        put_begin(&puts[i], names[i], "x");
        assert_int_equal(gct_store_write(fixture->store, &puts[i].write), GCT_OK);
    }
    assert_int_equal(sem_post(&gate), 0);
    assert_int_equal(put_end(&first), GCT_OK);
    for (int i = 0; i < WRITES; i++) {
        assert_int_equal(put_end(&puts[i]), GCT_OK);
    }
    gct_store_stats(fixture->store, &after);
    assert_true(after.commits - before.commits <= 3u);
    assert_true(after.writes - before.writes >= WRITES + 1u);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM setting WHERE name GLOB 'n[0-9]*'"),
                     WRITES);
    assert_int_equal(sem_destroy(&entered), 0);
    assert_int_equal(sem_destroy(&gate), 0);
}

static void a_full_queue_refuses_and_drains(void **state)
{
    enum { LIMIT = 4 };
    struct fixture *fixture = *state;
    struct put puts[LIMIT + 1];
    sem_t entered;
    sem_t gate;
    assert_int_equal(sem_init(&entered, 0, 0), 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    struct gct_store *store = fixture_open(fixture, (struct gct_store_options){ .queue_limit = LIMIT });
    struct gct_store_stats stats;
    for (int i = 0; i <= LIMIT; i++) {
        put_begin(&puts[i], "same", "x");
    }
    puts[0].entered = &entered;
    puts[0].gate = &gate;
    assert_int_equal(gct_store_write(store, &puts[0].write), GCT_OK);
    assert_int_equal(sem_wait(&entered), 0);
    for (int i = 1; i < LIMIT; i++) {
        assert_int_equal(gct_store_write(store, &puts[i].write), GCT_OK);
    }
    assert_int_equal(gct_store_write(store, &puts[LIMIT].write), GCT_AGAIN);
    gct_store_stats(store, &stats);
    assert_int_equal(stats.waiting_writes, LIMIT);
    assert_int_equal(sem_post(&gate), 0);
    for (int i = 0; i < LIMIT; i++) {
        assert_int_equal(put_end(&puts[i]), GCT_OK);
    }
    assert_int_equal(gct_store_write(store, &puts[LIMIT].write), GCT_OK);
    assert_int_equal(put_end(&puts[LIMIT]), GCT_OK);
    assert_int_equal(sem_destroy(&entered), 0);
    assert_int_equal(sem_destroy(&gate), 0);
}

static void closing_finishes_what_was_admitted(void **state)
{
    enum { WRITES = 500 };
    struct fixture *fixture = *state;
    static struct put puts[WRITES];
    static char names[WRITES][16];
    char log[128];
    for (int i = 0; i < WRITES; i++) {
        (void)snprintf(names[i], sizeof names[i], "n%d", i);
        put_begin(&puts[i], names[i], "x");
        assert_int_equal(gct_store_write(fixture->store, &puts[i].write), GCT_OK);
    }
    gct_store_close(&fixture->store);
    assert_null(fixture->store);
    gct_store_close(&fixture->store);
    for (int i = 0; i < WRITES; i++) {
        assert_int_equal(put_end(&puts[i]), GCT_OK);
    }
    (void)snprintf(log, sizeof log, "%s-wal", fixture->path);
    assert_int_not_equal(access(log, F_OK), 0); /* an orderly end leaves one file */
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM setting WHERE name GLOB 'n[0-9]*'"),
                     WRITES);
}

/* A plugin may still be at work when the store has stopped. */
static void a_store_that_was_stopped_refuses(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    char value[] = "7";
    gct_store_stop(fixture->store);
    assert_int_equal(put_now(fixture->store, "late", "x", &err), GCT_AGAIN);
    assert_int_equal(gct_store_read_wait(fixture->store, get_run, value, &err), GCT_AGAIN);
}

static enum gct_status refuse_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    enum gct_status status = put_setting(gct_tx_db(tx), "waited", arg, err);
    return status == GCT_OK ? gct_error_set(err, GCT_DENIED, "not this time") : status;
}

static enum gct_status accept_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    assert_true(gct_tx_now_ms(tx) > 1500000000000);
    assert_non_null(gct_arena_alloc(gct_tx_arena(tx), 1000, 8));
    return put_setting(gct_tx_db(tx), "waited", arg, err);
}

static void waiting_gives_the_status_and_the_sentence(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    char value[] = "7";
    assert_int_equal(gct_store_write_wait(fixture->store, refuse_run, value, &err), GCT_DENIED);
    assert_string_equal(err.text, "not this time");
    assert_setting(fixture->store, "waited", "");
    assert_int_equal(gct_store_write_wait(fixture->store, accept_run, value, &err), GCT_OK);
    assert_setting(fixture->store, "waited", "7");
}

static void the_database_is_found_again_and_is_the_owners_alone(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    struct stat file;
    assert_ok(put_now(fixture->store, "a", "kept", &err), err);
    gct_store_close(&fixture->store);
    assert_int_equal(stat(fixture->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    (void)fixture_open(fixture, (struct gct_store_options){ 0 });
    assert_setting(fixture->store, "a", "kept");
}

static void the_reserve_of_the_disk_is_for_writes_that_finish_something(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    struct gct_store_stats stats;
    char value[] = "1";
    struct put put;
    struct gct_store *store = fixture_open(fixture, (struct gct_store_options){ .reserve_bytes = INT64_MAX });
    put_begin(&put, "a", "1");
    assert_int_equal(gct_store_write(store, &put.write), GCT_UNAVAILABLE);
    put.write.uses_reserve = 1;
    assert_int_equal(gct_store_write(store, &put.write), GCT_OK);
    assert_int_equal(put_end(&put), GCT_OK);
    assert_ok(gct_store_write_wait(store, accept_run, value, &err), err);
    gct_store_stats(store, &stats);
    assert_int_equal(stats.writable, 0);
    assert_non_null(strstr(stats.reason, "reserve"));
    assert_true(stats.free_bytes > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answered_write_is_in_the_file, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(writes_that_wait_share_one_commit, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_queue_refuses_and_drains, fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(closing_finishes_what_was_admitted, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_store_that_was_stopped_refuses, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(waiting_gives_the_status_and_the_sentence, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_database_is_found_again_and_is_the_owners_alone, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_reserve_of_the_disk_is_for_writes_that_finish_something,
                                        fixture_folder, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
