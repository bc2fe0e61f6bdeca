#include "store/threads/reader.c"

#include "store/fixture.h"

static void readers_see_what_was_committed_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    struct put put;
    sem_t entered;
    sem_t gate;
    assert_int_equal(sem_init(&entered, 0, 0), 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    assert_ok(put_now(fixture->store, "a", "old", &err), err);
    put_begin(&put, "a", "new");
    put.entered = &entered;
    put.gate = &gate;
    assert_int_equal(gct_store_write(fixture->store, &put.write), GCT_OK);
    assert_int_equal(sem_wait(&entered), 0);
    assert_setting(fixture->store, "a", "old");
    assert_int_equal(sem_post(&gate), 0);
    assert_int_equal(put_end(&put), GCT_OK);
    assert_setting(fixture->store, "a", "new");
    assert_int_equal(sem_destroy(&entered), 0);
    assert_int_equal(sem_destroy(&gate), 0);
}

struct two_looks {
    struct gct_store *store;
    char first[64];
    char second[64];
};

static enum gct_status look_twice(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct two_looks *looks = arg;
    struct got got = { .name = "a" };
    enum gct_status status = get_run(&got, db, err);
    if (status != GCT_OK)
        return status;
    memcpy(looks->first, got.value, sizeof got.value);
    assert_ok(put_now(looks->store, "a", "between", err), *err);
    status = get_run(&got, db, err);
    memcpy(looks->second, got.value, sizeof got.value);
    return status;
}

static void a_read_has_one_snapshot(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    struct two_looks looks = { .store = fixture->store };
    assert_ok(put_now(fixture->store, "a", "before", &err), err);
    assert_ok(gct_store_read_wait(fixture->store, look_twice, &looks, &err), err);
    assert_string_equal(looks.first, "before");
    assert_string_equal(looks.second, "before");
    assert_setting(fixture->store, "a", "between");
}

static enum gct_status try_to_write(void *arg, struct gct_db *db, struct gct_error *err)
{
    (void)arg;
    return put_setting(db, "a", "1", err);
}

static void a_reader_cannot_write(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(gct_store_read_wait(fixture->store, try_to_write, NULL, &err), GCT_DENIED);
    assert_setting(fixture->store, "a", "");
}

static enum gct_status read_for_ever(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status status = GCT_OK;
    (void)arg;
    while (status == GCT_OK) {
        status = gct_db_query(db, GCT_SQL_store_integrity, GCT_NO_VALUES, &rows, err);
        while (status == GCT_OK) {
            status = gct_rows_next(rows, err);
        }
        gct_rows_close(&rows);
        if (status == GCT_DONE)
            status = GCT_OK;
    }
    return status;
}

static void a_read_ends_when_its_time_is_spent(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    (void)fixture_open(fixture, (struct gct_store_options){ .read_budget_ms = 100 });
    int64_t begin = gct_clock_mono_ms();
    assert_int_equal(gct_store_read_wait(fixture->store, read_for_ever, NULL, &err), GCT_TIMEOUT);
    int64_t took = gct_clock_mono_ms() - begin;
    assert_true(took >= 100 && took < 5000);
    assert_setting(fixture->store, "a", ""); /* and the next one has time again */
}

struct slow_read {
    struct gct_read read;
    sem_t *entered;
    sem_t *gate;
    sem_t ended;
};

static enum gct_status slow_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct slow_read *slow = GCT_STRUCT_OF(read, slow_read, read);
    (void)db;
    (void)err;
    assert_int_equal(sem_post(slow->entered), 0);
    assert_int_equal(sem_wait(slow->gate), 0);
    return GCT_OK;
}

static void slow_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    (void)err;
    assert_int_equal(status, GCT_OK);
    assert_int_equal(sem_post(&GCT_STRUCT_OF(read, slow_read, read)->ended), 0);
}

static void too_many_reads_are_refused_and_the_admitted_are_answered(void **state)
{
    enum { RUNNING = 1, WAITING = 2, ALL = RUNNING + WAITING };
    struct fixture *fixture = *state;
    struct slow_read reads[ALL + 1];
    struct gct_store_stats stats;
    sem_t entered;
    sem_t gate;
    (void)fixture_open(fixture, (struct gct_store_options){ .readers = RUNNING, .read_limit = WAITING });
    assert_int_equal(sem_init(&entered, 0, 0), 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    for (int i = 0; i <= ALL; i++) {
        reads[i] = (struct slow_read){ .read = { .run = slow_run, .done = slow_done },
                                       .entered = &entered,
                                       .gate = &gate };
        assert_int_equal(sem_init(&reads[i].ended, 0, 0), 0);
        if (i == ALL) {
            assert_int_equal(gct_store_read(fixture->store, &reads[i].read), GCT_AGAIN);
        } else {
            assert_int_equal(gct_store_read(fixture->store, &reads[i].read), GCT_OK);
        }
        if (i == 0)
            assert_int_equal(sem_wait(&entered), 0);
    }
    gct_store_stats(fixture->store, &stats);
    assert_int_equal(stats.waiting_reads, WAITING);
    for (int i = 0; i < ALL; i++) {
        assert_int_equal(sem_post(&gate), 0);
    }
    gct_store_close(&fixture->store);
    for (int i = 0; i < ALL; i++) {
        assert_int_equal(sem_trywait(&reads[i].ended), 0);
    }
    for (int i = 0; i <= ALL; i++) {
        assert_int_equal(sem_destroy(&reads[i].ended), 0);
    }
    assert_int_equal(sem_destroy(&entered), 0);
    assert_int_equal(sem_destroy(&gate), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_see_what_was_committed_and_nothing_else, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_read_has_one_snapshot, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_reader_cannot_write, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_read_ends_when_its_time_is_spent, fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(too_many_reads_are_refused_and_the_admitted_are_answered,
                                        fixture_folder, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
