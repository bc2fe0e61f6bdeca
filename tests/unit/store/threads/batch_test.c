#include "store/threads/batch.c"

#include "store/fixture.h"

/* What on_effects was told. */
struct heard {
    struct gct_effect effects[16];
    size_t count;
    unsigned times;
};

static void hear(void *arg, const struct gct_effect *effects, size_t count)
{
    struct heard *heard = arg;
    for (size_t i = 0; i < count && heard->count < GCT_COUNT(heard->effects); i++) {
        heard->effects[heard->count++] = effects[i];
    }
    heard->times++;
}

/* Runs the writes in one batch: the first waits inside until all are there. */
static void run_together_in_one_batch(struct gct_store *store, struct put *puts, size_t count)
{
    sem_t entered;
    sem_t gate;
    assert_int_equal(sem_init(&entered, 0, 0), 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    struct put first;
    put_begin(&first, "first", "1");
    first.entered = &entered;
    first.gate = &gate;
    assert_int_equal(gct_store_write(store, &first.write), GCT_OK);
    assert_int_equal(sem_wait(&entered), 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(gct_store_write(store, &puts[i].write), GCT_OK);
    }
    assert_int_equal(sem_post(&gate), 0);
    assert_int_equal(put_end(&first), GCT_OK);
    for (size_t i = 0; i < count; i++) {
        (void)put_end(&puts[i]);
    }
    assert_int_equal(sem_destroy(&entered), 0);
    assert_int_equal(sem_destroy(&gate), 0);
}

static void a_write_that_fails_is_undone_alone(void **state)
{
    struct fixture *fixture = *state;
    struct put puts[3];
    put_begin(&puts[0], "one", "1");
    put_begin(&puts[1], "two", "2");
    put_begin(&puts[2], "three", "3");
    puts[1].answer = GCT_LIMIT;
    run_together_in_one_batch(fixture->store, puts, 3);
    assert_int_equal(puts[0].status, GCT_OK);
    assert_int_equal(puts[1].status, GCT_LIMIT);
    assert_string_equal(puts[1].err.text, "as asked");
    assert_int_equal(puts[2].status, GCT_OK);
    assert_setting(fixture->store, "one", "1");
    assert_setting(fixture->store, "two", "");
    assert_setting(fixture->store, "three", "3");
}

static void of_repeatable_writes_one_that_fails_is_undone_alone_too(void **state)
{
    enum { FAILS = 2, OTHER = 4, COUNT = 6 };
    static const char *const names[COUNT] = { "a", "b", "c", "d", "e", "f" };
    struct fixture *fixture = *state;
    struct heard heard = { .count = 0 };
    struct put puts[COUNT];
    (void)fixture_open(fixture, (struct gct_store_options){ .on_effects = hear, .arg = &heard });
    for (int i = 0; i < COUNT; i++) {
        put_begin(&puts[i], names[i], "1");
        puts[i].write.repeatable = i != OTHER;
        puts[i].effects[0] = (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED, .ticket = i + 1 };
        puts[i].effect_count = 1;
    }
    puts[FAILS].answer = GCT_LIMIT;
    run_together_in_one_batch(fixture->store, puts, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(puts[i].status, i == FAILS ? GCT_LIMIT : GCT_OK);
        /* What shared its mark was run again: all before it, unless the time of a batch was over between
         * them. */
        assert_in_range(puts[i].runs, i == FAILS ? 2 : 1, i <= FAILS ? 2 : 1);
        assert_setting(fixture->store, names[i], i == FAILS ? "" : "1");
    }
    assert_string_equal(puts[FAILS].err.text, "as asked");
    gct_store_close(&fixture->store);
    assert_int_equal(heard.count, COUNT - 1);
    for (int i = 0; i < COUNT - 1; i++) {
        assert_int_equal(heard.effects[i].ticket, i < FAILS ? i + 1 : i + 2);
    }
}

static void *let_go_late(void *arg)
{
    (void)usleep(3 * BATCH_US);
    assert_int_equal(sqlite3_exec(arg, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    return NULL;
}

/* The time of a batch begins when it may write, and its first write is always run. */
static void a_batch_that_had_to_wait_for_the_file_still_runs_its_writes(void **state)
{
    struct fixture *fixture = *state;
    struct gct_store_stats before, after;
    struct put put;
    pthread_t other;
    sqlite3 *raw = NULL;
    gct_store_stats(fixture->store, &before);
    assert_int_equal(sqlite3_open(fixture->path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(pthread_create(&other, NULL, let_go_late, raw), 0);
    put_begin(&put, "late", "1");
    put.write.repeatable = 1;
    assert_int_equal(gct_store_write(fixture->store, &put.write), GCT_OK);
    assert_int_equal(put_end(&put), GCT_OK);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    gct_store_stats(fixture->store, &after);
    assert_int_equal(after.commits, before.commits + 1);
}

static void effects_are_reported_once_in_order_and_not_for_what_was_undone(void **state)
{
    struct fixture *fixture = *state;
    struct heard heard = { .count = 0 };
    struct put puts[3];
    (void)fixture_open(fixture, (struct gct_store_options){ .on_effects = hear, .arg = &heard });
    put_begin(&puts[0], "one", "1");
    puts[0].effects[0] = (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED, .ticket = 9 };
    puts[0].effects[1] = (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED, .ticket = 4 };
    puts[0].effect_count = 2;
    put_begin(&puts[1], "two", "2");
    puts[1].effects[0] = (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED, .ticket = 5 };
    puts[1].effect_count = 1;
    puts[1].answer = GCT_CONFLICT;
    put_begin(&puts[2], "three", "3");
    puts[2].effects[0] = (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED, .ticket = 4 };
    puts[2].effects[1] = (struct gct_effect){ .kind = GCT_EFFECT_MESSAGE_CREATED, .ticket = 4, .message = 1 };
    puts[2].effect_count = 2;
    run_together_in_one_batch(fixture->store, puts, 3);
    gct_store_close(&fixture->store);
    assert_int_equal(heard.count, 3);
    assert_int_equal(heard.effects[0].ticket, 9);
    assert_int_equal(heard.effects[1].ticket, 4);
    assert_int_equal(heard.effects[2].kind, GCT_EFFECT_MESSAGE_CREATED);
}

static unsigned freed;

static void count_free(void *cache)
{
    (void)cache;
    freed++;
}

static enum gct_status set_cache(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    (void)err;
    gct_tx_set_cache(tx, arg, count_free);
    return GCT_OK;
}

static enum gct_status see_cache(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    (void)err;
    *(void **)arg = gct_tx_cache(tx);
    return GCT_OK;
}

static enum gct_status refuse(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    (void)arg;
    (void)tx;
    return gct_error_set(err, GCT_DENIED, "no");
}

static void the_cache_lives_until_something_is_undone(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    int memory = 0;
    void *seen = NULL;
    freed = 0;
    assert_ok(gct_store_write_wait(fixture->store, set_cache, &memory, &err), err);
    assert_ok(gct_store_write_wait(fixture->store, see_cache, &seen, &err), err);
    assert_ptr_equal(seen, &memory);
    assert_int_equal(freed, 0);
    assert_int_equal(gct_store_write_wait(fixture->store, refuse, NULL, &err), GCT_DENIED);
    assert_ok(gct_store_write_wait(fixture->store, see_cache, &seen, &err), err);
    assert_null(seen);
    assert_int_equal(freed, 1);
    assert_ok(gct_store_write_wait(fixture->store, set_cache, &memory, &err), err);
    gct_store_close(&fixture->store);
    assert_int_equal(freed, 2);
}

static enum gct_status break_a_rule(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    (void)arg;
    /* `value` must not be NULL. */
    return gct_db_run(gct_tx_db(tx), GCT_SQL_setting_put, GCT_BIND(GCT_V_TEXT(GCT_LIT("x")), GCT_V_NULL),
                      err);
}

static enum gct_status survive_a_rule(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    enum gct_status status = break_a_rule(arg, tx, err);
    assert_int_equal(status, GCT_CONFLICT);
    return put_setting(gct_tx_db(tx), "after", "yes", err);
}

static void a_rule_of_the_schema_is_a_conflict_that_a_write_may_survive(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(gct_store_write_wait(fixture->store, break_a_rule, NULL, &err), GCT_CONFLICT);
    assert_non_null(strstr(err.text, "setting_put"));
    assert_ok(gct_store_write_wait(fixture->store, survive_a_rule, NULL, &err), err);
    assert_setting(fixture->store, "after", "yes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_write_that_fails_is_undone_alone, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(of_repeatable_writes_one_that_fails_is_undone_alone_too,
                                        fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_batch_that_had_to_wait_for_the_file_still_runs_its_writes,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(effects_are_reported_once_in_order_and_not_for_what_was_undone,
                                        fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_cache_lives_until_something_is_undone, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_rule_of_the_schema_is_a_conflict_that_a_write_may_survive,
                                        fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
