#include "store/sqlite/backup.c"

#include <pthread.h>
#include <stdatomic.h>

#include "store/fixture.h"

struct load {
    struct gct_store *store;
    atomic_int stop;
    unsigned written;
};

/* Two settings in one write: a copy has both or neither. */
static enum gct_status pair_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    char value[16];
    (void)snprintf(value, sizeof value, "%u", *(unsigned *)arg);
    enum gct_status status = put_setting(gct_tx_db(tx), "left", value, err);
    return status == GCT_OK ? put_setting(gct_tx_db(tx), "right", value, err) : status;
}

static void *write_on(void *arg)
{
    struct load *load = arg;
    struct gct_error err = { GCT_OK, "" };
    while (!atomic_load(&load->stop)) {
        load->written++;
        if (gct_store_write_wait(load->store, pair_run, &load->written, &err) != GCT_OK)
            abort();
    }
    return NULL;
}

static void a_copy_under_load_is_whole(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    struct load load = { .store = fixture->store };
    struct stat file;
    pthread_t thread;
    char copy[128];
    (void)snprintf(copy, sizeof copy, "%s/copy.db", fixture->folder);
    fixture_sql(fixture->path,
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
                "INSERT INTO setting SELECT 'bulk' || i, hex(randomblob(900)) FROM n");
    assert_int_equal(pthread_create(&thread, NULL, write_on, &load), 0);
    for (int i = 0; i < 5; i++) {
        assert_ok(gct_store_backup(fixture->store, copy, &err), err);
        assert_int_equal(
            fixture_number(copy,
                           "SELECT count(DISTINCT value) <= 1 FROM setting WHERE name IN ('left', 'right')"),
            1);
        assert_int_equal(fixture_number(copy, "SELECT count(*) FROM setting WHERE name GLOB 'bulk*'"), 4000);
        assert_int_equal(fixture_number(copy, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"),
                         1);
    }
    atomic_store(&load.stop, 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(load.written > 1);
    assert_int_equal(stat(copy, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    (void)snprintf(copy, sizeof copy, "%s/copy.db.part", fixture->folder);
    assert_int_not_equal(access(copy, F_OK), 0);
}

static void the_database_is_not_its_own_backup(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(gct_store_backup(fixture->store, fixture->path, &err), GCT_INVALID);
    assert_int_equal(gct_store_backup(fixture->store, "/nonexistent/copy.db", &err), GCT_UNAVAILABLE);
    assert_ok(put_now(fixture->store, "still", "there", &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_copy_under_load_is_whole, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_database_is_not_its_own_backup, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
