#include "store/sqlite/statement.c"

#include "base/buffer.h"
#include "store/fixture.h"

/* A connection of the engine on a fresh database. */
static struct gct_db *connect(struct fixture *fixture, enum gct_engine_role role)
{
    struct gct_db *db = NULL;
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_engine_sqlite.prepare(fixture->path, &err), err);
    assert_ok(gct_engine_sqlite.open(fixture->path, role, &db, &err), err);
    return db;
}

static void every_statement_is_one_statement_with_places_in_a_row(void **state)
{
    struct gct_db *base = connect(*state, GCT_ROLE_WRITER);
    struct sqlite_db *db = sqlite_of(base);
    struct gct_error err = { GCT_OK, "" };
    for (int i = 0; i < GCT_SQL_COUNT; i++) {
        if (slot_prepare(db, &db->slots[i], (enum gct_sql)i, &err) != GCT_OK) {
            fail_msg("%s: %s", sql_names[i], err.text);
        }
    }
    gct_engine_sqlite.close(&base);
}

static void every_query_may_be_run_by_a_reader_and_nothing_else(void **state)
{
    struct gct_db *writing = connect(*state, GCT_ROLE_WRITER);
    struct gct_db *reading = connect(*state, GCT_ROLE_READER);
    struct sqlite_db *writer = sqlite_of(writing);
    struct sqlite_db *reader = sqlite_of(reading);
    struct gct_error err = { GCT_OK, "" };
    for (int i = 0; i < GCT_SQL_COUNT; i++) {
        enum gct_sql sql = (enum gct_sql)i;
        assert_int_equal(slot_prepare(writer, &writer->slots[i], sql, &err), GCT_OK);
        enum gct_status status = slot_prepare(reader, &reader->slots[i], sql, &err);
        if (sqlite3_stmt_readonly(writer->slots[i].stmt)) {
            if (status != GCT_OK)
                fail_msg("%s: %s", sql_names[i], err.text);
        } else {
            if (status != GCT_DENIED)
                fail_msg("%s is not refused", sql_names[i]);
        }
    }
    gct_engine_sqlite.close(&reading);
    gct_engine_sqlite.close(&writing);
}

/* Adds what the plan of a statement says. */
static void add_plan(sqlite3 *handle, const char *text, struct gct_buffer *plan)
{
    sqlite3_stmt *stmt = NULL;
    struct gct_buffer explain = { 0 };
    gct_buffer_add_format(&explain, "EXPLAIN QUERY PLAN %s", text);
    assert_int_equal(sqlite3_prepare_v2(handle, explain.ptr, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        gct_buffer_add_format(plan, "%s \n", (const char *)sqlite3_column_text(stmt, 3));
    }
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    gct_buffer_free(&explain);
}

/* Every message pays for each of them. Unique ones are there for what they refuse. */
static void every_index_is_used_by_a_statement(void **state)
{
    struct gct_db *base = connect(*state, GCT_ROLE_WRITER);
    struct sqlite_db *db = sqlite_of(base);
    struct gct_buffer plan = { .limit = 1u << 20 };
    sqlite3_stmt *stmt = NULL;
    int count = 0;
    for (int i = 0; i < GCT_SQL_COUNT; i++) {
        add_plan(db->handle, sql_texts[i], &plan);
    }
    assert_int_equal(sqlite3_prepare_v2(db->handle,
                                        "SELECT ' INDEX ' || name || ' ' FROM sqlite_schema"
                                        " WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(stmt) == SQLITE_ROW; count++) {
        if (strstr(plan.ptr, (const char *)sqlite3_column_text(stmt, 0)) == NULL)
            fail_msg("no statement uses%s", (const char *)sqlite3_column_text(stmt, 0));
    }
    assert_true(count > 20);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    gct_buffer_free(&plan);
    gct_engine_sqlite.close(&base);
}

/* Binds the places of a text of the test in place of one of the store's. */
static void prepare_text(struct sqlite_db *db, const char *text)
{
    struct sqlite_slot *slot = &db->slots[0];
    struct gct_error err = { GCT_OK, "" };
    slot->rows.db = &db->base;
    slot->sql = (enum gct_sql)0;
    assert_int_equal(sqlite3_prepare_v2(db->handle, text, -1, &slot->stmt, NULL), SQLITE_OK);
    assert_ok(slot_map(slot, &err), err);
}

static void places_are_numbers_wherever_they_stand(void **state)
{
    struct gct_db *db = connect(*state, GCT_ROLE_WRITER);
    struct gct_error err = { GCT_OK, "" };
    struct gct_rows *rows = NULL;
    prepare_text(sqlite_of(db), "SELECT $2, $1, $3, $2, $4, $5");
    assert_int_equal(gct_db_query(db, (enum gct_sql)0,
                                  GCT_BIND(GCT_V_INT(-7), GCT_V_TEXT(GCT_LIT("two")),
                                           GCT_V_BLOB(((struct gct_slice){ "a\0b", 3 })),
                                           GCT_V_TEXT(GCT_EMPTY), gct_value_id(0)),
                                  &rows, &err),
                     GCT_OK);
    assert_int_equal(gct_rows_next(rows, &err), GCT_OK);
    assert_slice(gct_rows_bytes(rows, 0), "two");
    assert_int_equal(gct_rows_integer(rows, 1), -7);
    assert_slice(gct_rows_bytes(rows, 1), "-7");
    assert_int_equal(gct_rows_bytes(rows, 2).len, 3);
    assert_memory_equal(gct_rows_bytes(rows, 2).ptr, "a\0b", 3);
    assert_slice(gct_rows_bytes(rows, 3), "two");
    assert_false(gct_rows_is_null(rows, 4)); /* an empty text is a text */
    assert_int_equal(gct_rows_bytes(rows, 4).len, 0);
    assert_true(gct_rows_is_null(rows, 5));
    assert_int_equal(gct_rows_integer(rows, 5), 0);
    assert_int_equal(gct_rows_bytes(rows, 5).len, 0);
    assert_int_equal(gct_rows_next(rows, &err), GCT_DONE);
    gct_rows_close(&rows);
    assert_null(rows);
    gct_rows_close(&rows);
    gct_engine_sqlite.close(&db);
}

static void a_gap_between_places_is_refused(void **state)
{
    struct gct_db *db = connect(*state, GCT_ROLE_WRITER);
    struct sqlite_slot *slot = &sqlite_of(db)->slots[0];
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(sqlite3_prepare_v2(sqlite_of(db)->handle, "SELECT $1, $3", -1, &slot->stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(slot_map(slot, &err), GCT_INTERNAL);
    assert_non_null(strstr(err.text, "none is $2"));
    gct_engine_sqlite.close(&db);
}

static void only_one_statement_is_in_a_text(void **state)
{
    (void)state;
    assert_true(only_blank(" ;\n"));
    assert_false(only_blank("; SELECT 1"));
}

static void numbers_have_a_fallback(void **state)
{
    struct gct_db *db = connect(*state, GCT_ROLE_WRITER);
    struct gct_error err = { GCT_OK, "" };
    int64_t number = 0;
    assert_ok(
        gct_db_integer(db, GCT_SQL_setting_get, GCT_BIND(GCT_V_TEXT(GCT_LIT("none"))), 42, &number, &err),
        err);
    assert_int_equal(number, 42);
    assert_ok(gct_db_run(db, GCT_SQL_setting_put,
                         GCT_BIND(GCT_V_TEXT(GCT_LIT("n")), GCT_V_TEXT(GCT_LIT("5"))), &err),
              err);
    assert_int_equal(gct_db_changes(db), 1);
    assert_ok(gct_db_integer(db, GCT_SQL_setting_get, GCT_BIND(GCT_V_TEXT(GCT_LIT("n"))), 42, &number, &err),
              err);
    assert_int_equal(number, 5);
    gct_engine_sqlite.close(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_statement_is_one_statement_with_places_in_a_row, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(every_query_may_be_run_by_a_reader_and_nothing_else, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(every_index_is_used_by_a_statement, fixture_folder, fixture_teardown),
        cmocka_unit_test_setup_teardown(places_are_numbers_wherever_they_stand, fixture_folder,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_gap_between_places_is_refused, fixture_folder, fixture_teardown),
        cmocka_unit_test(only_one_statement_is_in_a_text),
        cmocka_unit_test_setup_teardown(numbers_have_a_fallback, fixture_folder, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
