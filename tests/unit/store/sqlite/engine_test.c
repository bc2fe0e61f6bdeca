#include "store/sqlite/engine.c"

#include <fcntl.h>
#include <sys/wait.h>

#include "store/fixture.h"

static struct gct_db *connect(struct fixture *fixture, enum gct_engine_role role)
{
    struct gct_db *db = NULL;
    struct gct_error err = { GCT_OK, "" };
    assert_ok(sqlite_prepare(fixture->path, &err), err);
    assert_ok(sqlite_open(fixture->path, role, &db, &err), err);
    return db;
}

static int64_t count_of(struct gct_db *db, const char *name)
{
    int64_t number = -1;
    struct gct_error err = { GCT_OK, "" };
    assert_ok(
        gct_db_integer(db, GCT_SQL_setting_get, GCT_BIND(GCT_V_TEXT(gct_slice_of(name))), 0, &number, &err),
        err);
    return number;
}

static void what_comes_after_a_mark_is_kept_or_undone(void **state)
{
    struct gct_db *db = connect(*state, GCT_ROLE_WRITER);
    struct gct_error err = { GCT_OK, "" };
    assert_ok(sqlite_begin(db, &err), err);
    assert_ok(sqlite_mark(db, &err), err);
    assert_ok(put_setting(db, "kept", "1", &err), err);
    assert_ok(sqlite_keep(db, &err), err);
    assert_ok(sqlite_mark(db, &err), err);
    assert_ok(put_setting(db, "undone", "1", &err), err);
    assert_ok(sqlite_undo(db, &err), err);
    assert_ok(sqlite_commit(db, &err), err);
    assert_int_equal(count_of(db, "kept"), 1);
    assert_int_equal(count_of(db, "undone"), 0);
    assert_ok(sqlite_begin(db, &err), err);
    assert_ok(put_setting(db, "kept", "2", &err), err);
    sqlite_rollback(db);
    assert_int_equal(count_of(db, "kept"), 1);
    sqlite_close(&db);
}

static void trouble_is_remembered_until_the_next_transaction(void **state)
{
    struct fixture *fixture = *state;
    struct gct_db *db = connect(fixture, GCT_ROLE_WRITER);
    struct gct_error err = { GCT_OK, "" };
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite_trouble(db, &err), GCT_TROUBLE_NONE);
    assert_int_equal(sqlite_begin(db, NULL), GCT_UNAVAILABLE);
    assert_int_equal(sqlite_trouble(db, &err), GCT_TROUBLE_WAIT);
    assert_non_null(strstr(err.text, "locked by another process"));
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    assert_ok(sqlite_begin(db, &err), err);
    assert_int_equal(sqlite_trouble(db, &err), GCT_TROUBLE_NONE);
    sqlite_rollback(db);
    sqlite_close(&db);
}

static void a_reader_keeps_the_log_from_being_cut(void **state)
{
    struct fixture *fixture = *state;
    struct gct_db *writer = connect(fixture, GCT_ROLE_WRITER);
    struct gct_db *reader = connect(fixture, GCT_ROLE_READER);
    struct gct_error err = { GCT_OK, "" };
    int whole = 0;
    assert_ok(put_setting(writer, "a", "1", &err), err);
    assert_true(sqlite_log_bytes(writer) > 0);
    assert_ok(sqlite_read_begin(reader, gct_clock_mono_ms() + 60000, &err), err);
    assert_int_equal(count_of(reader, "a"), 1);
    assert_ok(put_setting(writer, "a", "2", &err), err);
    assert_ok(sqlite_log_cut(writer, GCT_LOG_BESIDE, &whole, &err), err);
    assert_false(whole); /* what the reader does not see yet has to stay in the log */
    assert_int_equal(sqlite_log_cut(writer, GCT_LOG_RESTART, &whole, &err), GCT_AGAIN);
    assert_int_equal(count_of(reader, "a"), 1);
    sqlite_read_end(reader);
    assert_ok(sqlite_log_cut(writer, GCT_LOG_EMPTY, &whole, &err), err);
    assert_true(whole);
    assert_int_equal(sqlite_log_bytes(writer), 0);
    sqlite_close(&reader);
    sqlite_close(&writer);
}

/* Holds the lock of whoever moves the log (WAL_CKPT_LOCK) as another process would, until its end of the pipe
 * closes. */
static pid_t hold_the_move(const char *path, int ready, int over)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    char shm[128];
    char byte = 0;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 121, .l_len = 1 };
    (void)snprintf(shm, sizeof shm, "%s-shm", path);
    int fd = open(shm, O_RDWR | O_CLOEXEC);
    int held = fd >= 0 && fcntl(fd, F_SETLK, &lock) == 0;
    (void)!write(ready, &held, 1);
    (void)!read(over, &byte, 1);
    _exit(0);
}

/* SQLite gives no figures then. */
static void a_log_that_somebody_else_moves_is_not_taken_for_moved(void **state)
{
    struct fixture *fixture = *state;
    struct gct_db *writer = connect(fixture, GCT_ROLE_WRITER);
    struct gct_error err = { GCT_OK, "" };
    int ready[2], over[2];
    int whole = 1;
    char held = 0;
    assert_ok(put_setting(writer, "a", "1", &err), err);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(over), 0);
    pid_t child = hold_the_move(fixture->path, ready[1], over[0]);
    assert_int_equal(read(ready[0], &held, 1), 1);
    assert_int_equal(held, 1);
    assert_int_equal(sqlite_log_cut(writer, GCT_LOG_RESTART, &whole, &err), GCT_AGAIN);
    assert_false(whole);
    assert_int_equal(write(over[1], "", 1), 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(sqlite_log_cut(writer, GCT_LOG_RESTART, &whole, &err), err);
    assert_true(whole);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(close(ready[i]), 0);
        assert_int_equal(close(over[i]), 0);
    }
    sqlite_close(&writer);
}

static void a_read_past_its_end_is_cut_off(void **state)
{
    struct gct_db *reader = connect(*state, GCT_ROLE_READER);
    struct gct_error err = { GCT_OK, "" };
    struct gct_rows *rows = NULL;
    assert_ok(sqlite_read_begin(reader, gct_clock_mono_ms() - 1, &err), err);
    enum gct_status status = GCT_DONE;
    /* It looks at the clock only now and then. */
    for (int i = 0; i < 1000 && status == GCT_DONE; i++) {
        assert_ok(gct_db_query(reader, GCT_SQL_store_integrity, GCT_NO_VALUES, &rows, &err), err);
        do {
            status = gct_rows_next(rows, &err);
        } while (status == GCT_OK);
        gct_rows_close(&rows);
    }
    assert_int_equal(status, GCT_TIMEOUT);
    sqlite_read_end(reader);
    assert_int_equal(count_of(reader, "a"), 0);
    sqlite_close(&reader);
}

static void read_whole(const char *path, char *bytes, size_t len)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void write_whole(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void assert_sentence(enum gct_status status, const struct gct_error *err)
{
    if (status != GCT_OK && strlen(err->text) < 10u)
        fail_msg("status %d without a sentence", status);
}

/* Each damage alone: the store opens or says why not; it reads and writes or says why not. */
static void a_damaged_file_is_refused_or_served_and_never_a_crash(void **state)
{
    struct fixture *fixture = *state;
    struct stat file;
    struct gct_error err = { GCT_OK, "" };
    struct gct_store_options options = { .path = fixture->path };
    unsigned opened = 0;
    unsigned refused = 0;
    assert_ok(sqlite_prepare(fixture->path, &err), err);
    (void)fixture_open(fixture, options);
    gct_store_close(&fixture->store);
    assert_int_equal(stat(fixture->path, &file), 0);
    size_t len = (size_t)file.st_size;
    char *sound = gct_heap_new(len);
    char *damaged = gct_heap_new(len);
    read_whole(fixture->path, sound, len);
    for (size_t i = 0; i < 60; i++) {
        size_t page = (i * 7u) % (len / 4096u);
        size_t cut = i % 10u == 9u ? len - 4096u * (1u + i % 20u) : len;
        memcpy(damaged, sound, len);
        for (size_t k = 0; k < 64; k++) {
            damaged[page * 4096u + (i < 30 ? k : (k * 61u + i) % 4096u)] ^= (char)(k * 37u + i + 1u);
        }
        write_whole(fixture->path, damaged, cut);
        struct got got = { .name = "fts" };
        if (gct_store_open(&options, &fixture->store, &err) == GCT_OK) {
            opened++;
            assert_sentence(gct_store_read_wait(fixture->store, get_run, &got, &err), &err);
            assert_sentence(put_now(fixture->store, "a", "1", &err), &err);
            gct_store_close(&fixture->store);
        } else {
            refused++;
            assert_sentence(GCT_INTERNAL, &err);
        }
        char path[128];
        (void)snprintf(path, sizeof path, "%s-wal", fixture->path);
        (void)unlink(path);
        (void)snprintf(path, sizeof path, "%s-shm", fixture->path);
        (void)unlink(path);
    }
    assert_true(opened > 0 && refused > 0);
    free(sound);
    free(damaged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_comes_after_a_mark_is_kept_or_undone, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(trouble_is_remembered_until_the_next_transaction, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_reader_keeps_the_log_from_being_cut, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_log_that_somebody_else_moves_is_not_taken_for_moved, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_read_past_its_end_is_cut_off, fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_refused_or_served_and_never_a_crash, fixture_folder,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
