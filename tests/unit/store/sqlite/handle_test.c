#include "store/sqlite/handle.c"

#include "store/fixture.h"

static sqlite3 *open_handle(struct fixture *fixture)
{
    sqlite3 *handle = NULL;
    struct gct_error err = { GCT_OK, "" };
    assert_ok(sqlite_prepare(fixture->path, &err), err);
    assert_ok(sqlite_handle_open(fixture->path, SQLITE_OPEN_READWRITE, &handle, &err), err);
    return handle;
}

static void every_connection_is_set_up_alike(void **state)
{
    static const struct {
        const char *question;
        int64_t answer;
    } settings[] = {
        { "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
        { "PRAGMA synchronous", 2 },
        { "PRAGMA foreign_keys", 1 },
        { "PRAGMA recursive_triggers", 1 },
        { "PRAGMA trusted_schema", 0 },
        { "PRAGMA wal_autocheckpoint", 0 },
        { "PRAGMA mmap_size", 0 },
        { "PRAGMA temp_store", 2 },
        { "PRAGMA cell_size_check", 1 },
        { "PRAGMA journal_size_limit", 33554432 },
        { "PRAGMA busy_timeout", SQLITE_BUSY_WAIT_MS },
    };
    sqlite3 *handle = open_handle(*state);
    struct gct_error err = { GCT_OK, "" };
    for (size_t i = 0; i < GCT_COUNT(settings); i++) {
        int64_t number = -1;
        enum gct_status status = sqlite_handle_integer(handle, settings[i].question, &number, &err);
        if (status != GCT_OK || number != settings[i].answer) {
            fail_msg("%s: %lld %s", settings[i].question, (long long)number, err.text);
        }
    }
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void no_other_file_and_no_library_can_be_reached(void **state)
{
    static const char *const refused[] = {
        "ATTACH '/tmp/other.db' AS other",
        "SELECT load_extension('x')",
        "SELECT \"not a column\"",
        "UPDATE message_fts_data SET block = x'00'",
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
    };
    sqlite3 *handle = open_handle(*state);
    struct gct_error err = { GCT_OK, "" };
    for (size_t i = 0; i < GCT_COUNT(refused); i++) {
        if (sqlite_handle_exec(handle, refused[i], &err) == GCT_OK)
            fail_msg("%s", refused[i]);
    }
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void results_become_statuses_with_a_sentence(void **state)
{
    static const struct {
        int rc;
        enum gct_status status;
    } expected[] = {
        { SQLITE_CONSTRAINT_UNIQUE, GCT_CONFLICT },
        { SQLITE_FULL, GCT_UNAVAILABLE },
        { SQLITE_IOERR_FSYNC, GCT_UNAVAILABLE },
        { SQLITE_BUSY_SNAPSHOT, GCT_UNAVAILABLE },
        { SQLITE_CORRUPT_INDEX, GCT_UNAVAILABLE },
        { SQLITE_NOTADB, GCT_INCOMPATIBLE },
        { SQLITE_INTERRUPT, GCT_TIMEOUT },
        { SQLITE_TOOBIG, GCT_LIMIT },
        { SQLITE_MISUSE, GCT_INTERNAL },
    };
    struct gct_error err;
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(expected); i++) {
        assert_int_equal(sqlite_fail(NULL, expected[i].rc, "test", &err), expected[i].status);
        assert_int_equal(err.status, expected[i].status);
        assert_non_null(strstr(err.text, "test"));
    }
}

static void a_path_is_never_taken_for_something_else(void **state)
{
    static const char *const paths[] = { "", ":memory:", "file:x.db?mode=memory" };
    sqlite3 *handle = NULL;
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(paths); i++) {
        assert_int_equal(sqlite_handle_open(paths[i], SQLITE_OPEN_READWRITE, &handle, &err), GCT_INVALID);
        assert_null(handle);
    }
}

/* What was called past the handle: a sync of the file itself. */
static void an_error_that_the_handle_never_heard_of_is_told_in_its_own_words(void **state)
{
    sqlite3 *handle = open_handle(*state);
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(sqlite_fail(handle, SQLITE_IOERR_FSYNC, "moving", &err), GCT_UNAVAILABLE);
    assert_string_equal(err.text, "the disk failed (moving: disk I/O error, 1034)");
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_connection_is_set_up_alike, fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(no_other_file_and_no_library_can_be_reached, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test(results_become_statuses_with_a_sentence),
        cmocka_unit_test_setup_teardown(an_error_that_the_handle_never_heard_of_is_told_in_its_own_words,
                                        fixture_folder, fixture_teardown),
        cmocka_unit_test(a_path_is_never_taken_for_something_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
