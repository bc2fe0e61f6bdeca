/* A store on a real file in a folder of its own, a second raw connection to look at the file from outside,
 * and writes that can be held inside the writer. */
#ifndef GUICHET_TESTS_UNIT_STORE_FIXTURE_H
#define GUICHET_TESTS_UNIT_STORE_FIXTURE_H

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/slice.h"
#include "cmocka_all.h"
#include "store/store.h"

struct fixture {
    char folder[64];
    char path[96];
    struct gct_store *store;
};

#define assert_ok(status, err)                                                                               \
    do {                                                                                                     \
        if ((status) != GCT_OK)                                                                              \
            fail_msg("%s", (err).text);                                                                      \
    } while (0)

static struct gct_store *fixture_open(struct fixture *fixture, struct gct_store_options options)
{
    struct gct_error err = { GCT_OK, "" };
    options.path = fixture->path;
    assert_ok(gct_store_open(&options, &fixture->store, &err), err);
    return fixture->store;
}

static GCT_UNUSED int fixture_folder(void **state)
{
    struct fixture *fixture = gct_heap_new(sizeof *fixture);
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/guichet-store-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/guichet.db", fixture->folder);
    *state = fixture;
    return 0;
}

static GCT_UNUSED int fixture_setup(void **state)
{
    (void)fixture_folder(state);
    (void)fixture_open(*state, (struct gct_store_options){ 0 });
    return 0;
}

static int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = { "guichet.db", "guichet.db-wal", "guichet.db-shm", "copy.db",
                                         "copy.db.part" };
    char path[128];
    gct_store_close(&fixture->store);
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", fixture->folder, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(fixture->folder), 0);
    free(fixture);
    return 0;
}

/* ---- from outside ---- */

static GCT_UNUSED void fixture_sql(const char *path, const char *text)
{
    sqlite3 *raw = NULL;
    char *words = NULL;
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    (void)sqlite3_busy_timeout(raw, 5000);
    if (sqlite3_exec(raw, text, NULL, NULL, &words) != SQLITE_OK)
        fail_msg("%s: %s", text, words);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

/* The first column of the first row, as a number. */
static GCT_UNUSED int64_t fixture_number(const char *path, const char *text)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    (void)sqlite3_busy_timeout(raw, 5000);
    if (sqlite3_prepare_v2(raw, text, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(raw));
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return number;
}

/* ---- writes ---- */

/* Puts a setting; then gives `answer`. With `gate` it then waits inside the transaction until that is posted.
 */
struct put {
    struct gct_write write;
    const char *name;
    const char *value;
    enum gct_status answer;
    unsigned runs;
    sem_t *entered;
    sem_t *gate;
    struct gct_effect effects[3];
    size_t effect_count;
    sem_t ended;
    enum gct_status status;
    struct gct_error err;
};

static enum gct_status put_setting(struct gct_db *db, const char *name, const char *value,
                                   struct gct_error *err)
{
    return gct_db_run(db, GCT_SQL_setting_put,
                      GCT_BIND(GCT_V_TEXT(gct_slice_of(name)), GCT_V_TEXT(gct_slice_of(value))), err);
}

static enum gct_status put_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct put *put = GCT_STRUCT_OF(write, put, write);
    put->runs++;
    for (size_t i = 0; i < put->effect_count; i++) {
        gct_tx_effect(tx, put->effects[i]);
    }
    enum gct_status status = put_setting(gct_tx_db(tx), put->name, put->value, err);
    if (put->entered != NULL)
        assert_int_equal(sem_post(put->entered), 0);
    if (put->gate != NULL)
        assert_int_equal(sem_wait(put->gate), 0);
    if (status != GCT_OK)
        return status;
    return put->answer == GCT_OK ? GCT_OK : gct_error_set(err, put->answer, "as asked");
}

static void put_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct put *put = GCT_STRUCT_OF(write, put, write);
    put->status = status;
    put->err = *err;
    assert_int_equal(sem_post(&put->ended), 0);
}

static GCT_UNUSED void put_begin(struct put *put, const char *name, const char *value)
{
    memset(put, 0, sizeof *put);
    put->write.run = put_run;
    put->write.done = put_done;
    put->name = name;
    put->value = value;
    assert_int_equal(sem_init(&put->ended, 0, 0), 0);
}

/* Waits for done() and gives its status. */
static GCT_UNUSED enum gct_status put_end(struct put *put)
{
    assert_int_equal(sem_wait(&put->ended), 0);
    assert_int_equal(sem_destroy(&put->ended), 0);
    return put->status;
}

static GCT_UNUSED enum gct_status put_now(struct gct_store *store, const char *name, const char *value,
                                          struct gct_error *err)
{
    struct put put;
    put_begin(&put, name, value);
    enum gct_status status = gct_store_write(store, &put.write);
    if (status != GCT_OK) {
        assert_int_equal(sem_destroy(&put.ended), 0);
        return gct_error_set(err, status, "not taken");
    }
    status = put_end(&put);
    *err = put.err;
    return status;
}

/* ---- reads
 * ---------------------------------------------------------------------------------------------------------
 */

struct got {
    const char *name;
    char value[64]; /* "" when there is none */
};

static enum gct_status get_run(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct got *got = arg;
    struct gct_rows *rows = NULL;
    enum gct_status status =
        gct_db_query(db, GCT_SQL_setting_get, GCT_BIND(GCT_V_TEXT(gct_slice_of(got->name))), &rows, err);
    if (status != GCT_OK)
        return status;
    got->value[0] = '\0';
    status = gct_rows_next(rows, err);
    if (status == GCT_OK) {
        (void)snprintf(got->value, sizeof got->value, "%.*s", GCT_ARG(gct_rows_bytes(rows, 0)));
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

static GCT_UNUSED void assert_setting(struct gct_store *store, const char *name, const char *value)
{
    struct got got = { .name = name };
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_store_read_wait(store, get_run, &got, &err), err);
    assert_string_equal(got.value, value);
}

/* Looks every 10 ms until the condition holds, for at most ten seconds. */
#define wait_until(condition)                                                                                \
    do {                                                                                                     \
        int64_t wait_end = gct_clock_mono_ms() + 10000;                                                      \
        while (!(condition)) {                                                                               \
            if (gct_clock_mono_ms() > wait_end)                                                              \
                fail_msg("never: %s", #condition);                                                           \
            (void)usleep(10000);                                                                             \
        }                                                                                                    \
    } while (0)

#endif
