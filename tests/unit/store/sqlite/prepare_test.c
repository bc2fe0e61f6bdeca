#include "store/sqlite/prepare.c"

#include "store/fixture.h"

static enum gct_status prepare_again(struct fixture *fixture, struct gct_error *err)
{
    *err = (struct gct_error){ GCT_OK, "" };
    return sqlite_prepare(fixture->path, err);
}

static void an_empty_file_gets_every_migration_once(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    assert_ok(prepare_again(fixture, &err), err);
    assert_int_equal(fixture_number(fixture->path, "PRAGMA user_version"), GCT_COUNT(migrations));
    assert_int_equal(fixture_number(fixture->path, "PRAGMA application_id"), GCT_SQLITE_APPLICATION_ID);
    assert_ok(prepare_again(fixture, &err), err);
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM setting WHERE name = 'fts'"), 1);
    assert_int_equal(fixture_number(fixture->path,
                                    "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND "
                                    "schema = 'main' AND name NOT GLOB '*_fts*' AND "
                                    "name NOT GLOB 'sqlite_*' AND strict = 0"),
                     0);
}

static void a_newer_database_is_refused_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    assert_ok(prepare_again(fixture, &err), err);
    fixture_sql(fixture->path, "PRAGMA user_version = 4711");
    assert_int_equal(prepare_again(fixture, &err), GCT_INCOMPATIBLE);
    assert_non_null(strstr(err.text, "newer Guichet: its schema is 4711"));
    assert_int_equal(fixture_number(fixture->path, "PRAGMA user_version"), 4711);
}

static void a_database_of_another_program_is_refused_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    fixture_sql(fixture->path, "CREATE TABLE theirs (x); PRAGMA application_id = 7");
    assert_int_equal(prepare_again(fixture, &err), GCT_INCOMPATIBLE);
    assert_non_null(strstr(err.text, "another program"));
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM sqlite_schema"), 1);
    fixture_sql(fixture->path, "PRAGMA application_id = 0");
    assert_int_equal(prepare_again(fixture, &err), GCT_INCOMPATIBLE);
}

static void a_file_that_is_no_database_is_refused_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err;
    char text[8192];
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    memset(text, 'x', sizeof text);
    assert_int_equal(fwrite(text, 1, sizeof text, file), sizeof text);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(prepare_again(fixture, &err), GCT_INCOMPATIBLE);
    assert_non_null(strstr(err.text, "not a database"));
    file = fopen(fixture->path, "r");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), sizeof text);
    assert_int_equal(text[0], 'x');
    assert_int_equal(fclose(file), 0);
}

static void a_folder_that_is_not_there_is_a_sentence(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    assert_int_equal(sqlite_prepare("/nonexistent/guichet.db", &err), GCT_UNAVAILABLE);
    assert_non_null(strstr(err.text, "/nonexistent/guichet.db: No such file"));
    assert_int_equal(sqlite_prepare("file:/tmp/x?mode=memory", &err), GCT_UNAVAILABLE);
}

static void a_migration_that_fails_leaves_nothing(void **state)
{
    static const struct migration wrong = { 2, "wrong", "CREATE TABLE half (x); CREATE TABLE half (x);",
                                            "PRAGMA user_version = 99" };
    static const struct migration orphan = { 2, "orphan",
                                             "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                                             "CREATE TABLE child (p REFERENCES parent (id));"
                                             "INSERT INTO child VALUES (5)",
                                             "PRAGMA user_version = 99" };
    struct fixture *fixture = *state;
    struct gct_error err;
    sqlite3 *handle = NULL;
    assert_ok(prepare_again(fixture, &err), err);
    assert_ok(sqlite_handle_open(fixture->path, SQLITE_OPEN_READWRITE, &handle, &err), err);
    assert_int_not_equal(migrate_one(handle, &wrong, &err), GCT_OK);
    assert_non_null(strstr(err.text, "migration 2 (wrong)"));
    assert_int_equal(migrate_one(handle, &orphan, &err), GCT_INTERNAL);
    assert_non_null(strstr(err.text, "child"));
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    assert_int_equal(fixture_number(fixture->path, "PRAGMA user_version"), GCT_COUNT(migrations));
    assert_int_equal(
        fixture_number(fixture->path, "SELECT count(*) FROM sqlite_schema WHERE name IN ('half', 'parent')"),
        0);
}

static int is_beside(const struct fixture *fixture, const char *end)
{
    char path[128];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s%s", fixture->path, end);
    return stat(path, &info) == 0;
}

static void a_database_is_recognised_without_a_change(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(sqlite_recognise(fixture->path, &err), GCT_UNAVAILABLE);
    fixture_sql(fixture->path, "PRAGMA user_version = 0");
    assert_ok(sqlite_recognise(fixture->path, &err), err);
    assert_int_equal(fixture_number(fixture->path, "PRAGMA user_version"), 0); /* not migrated */

    /* Beside a store that has it open, with a log; after it, without. */
    (void)fixture_open(fixture, (struct gct_store_options){ 0 });
    assert_true(is_beside(fixture, "-wal"));
    assert_ok(sqlite_recognise(fixture->path, &err), err);
    gct_store_close(&fixture->store);
    assert_ok(sqlite_recognise(fixture->path, &err), err);
    assert_false(is_beside(fixture, "-wal") || is_beside(fixture, "-shm"));

    fixture_sql(fixture->path, "PRAGMA user_version = 4711");
    assert_int_equal(sqlite_recognise(fixture->path, &err), GCT_INCOMPATIBLE);
    assert_non_null(strstr(err.text, "newer Guichet: its schema is 4711"));
}

static void the_name_of_a_database_is_taken_as_it_is(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { GCT_OK, "" };
    char name[128];
    (void)snprintf(name, sizeof name, "%s/50%%25 ?mode=memory#x", fixture->folder);
    fixture_sql(name, "PRAGMA user_version = 4711");
    assert_int_equal(sqlite_recognise(name, &err), GCT_INCOMPATIBLE);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(sqlite_recognise(name, &err), GCT_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_file_gets_every_migration_once, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_newer_database_is_refused_and_left_alone, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_database_of_another_program_is_refused_and_left_alone,
                                        fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_refused_and_left_alone, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test(a_folder_that_is_not_there_is_a_sentence),
        cmocka_unit_test_setup_teardown(a_database_is_recognised_without_a_change, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_name_of_a_database_is_taken_as_it_is, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_migration_that_fails_leaves_nothing, fixture_folder,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
