#include <string.h>

#include "cmocka_all.h"
#include "http/params.c"

static const struct gct_param table[] = {
    { "kind", GCT_P_CHOICE, GCT_P_REQUIRED, 0, 0, "reply|note" },
    { "text", GCT_P_TEXT, 0, 1, 5, NULL },
    { "limit", GCT_P_INTEGER, 0, 1, 200, NULL },
    { "id", GCT_P_ID, GCT_P_NULLABLE, 0, 0, NULL },
    { "at", GCT_P_TIME, 0, 0, 0, NULL },
    { "on", GCT_P_FLAG, 0, 0, 0, NULL },
    { "tags", GCT_P_TEXTS, 0, 0, 2, NULL },
    { "list", GCT_P_LIST, 0, 0, 2, NULL },
};

/* The fields that a body's problem names, joined by commas. */
static void faults_of(const char *text, char *room, size_t room_len)
{
    struct gct_json *body = gct_json_parse(gct_slice_of(text), NULL);
    struct gct_json *problem = NULL;
    assert_non_null(body);
    enum gct_status st = gct_params_check(body, table, GCT_COUNT(table), &problem);
    const struct gct_json *errors = gct_json_get(problem, "errors");
    room[0] = '\0';
    assert_int_equal(st, problem == NULL ? GCT_OK : GCT_INVALID);
    for (size_t i = 0; i < gct_json_count(errors); i++) {
        struct gct_slice field = gct_json_text(gct_json_get(gct_json_at(errors, i), "field"));
        size_t len = strlen(room);
        (void)snprintf(room + len, room_len - len, "%s%.*s", i == 0 ? "" : ",", GCT_ARG(field));
    }
    gct_json_free(&problem);
    gct_json_free(&body);
}

static void every_fault_of_a_body_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *faults;
    } cases[] = {
        { "{\"kind\":\"note\"}", "" },
        { "{\"kind\":\"note\",\"text\":\"caf\xc3\xa9\",\"limit\":1,\"id\":\"7\",\"on\":false,\"tags\":[\"a\","
          "\"b\"],"
          "\"at\":\"2026-11-23T19:05:00Z\",\"list\":[1,{}]}",
          "" },
        { "{\"kind\":\"note\",\"id\":null}", "" },
        { "{}", "kind" },
        { "{\"kind\":\"reply|note\"}", "kind" },
        { "{\"kind\":null}", "kind" },
        { "{\"kind\":\"note\",\"strange\":1,\"text\":\"\"}", "strange,text" },
        { "{\"kind\":\"note\",\"text\":\"sixsix\"}", "text" },
        { "{\"kind\":\"note\",\"text\":\"a\\u0007b\"}", "text" },
        { "{\"kind\":\"note\",\"text\":7}", "text" },
        { "{\"kind\":\"note\",\"limit\":0}", "limit" },
        { "{\"kind\":\"note\",\"limit\":201}", "limit" },
        { "{\"kind\":\"note\",\"limit\":1.5}", "limit" },
        { "{\"kind\":\"note\",\"limit\":\"5\"}", "limit" },
        { "{\"kind\":\"note\",\"id\":\"0\"}", "id" },
        { "{\"kind\":\"note\",\"id\":\"7 \"}", "id" },
        { "{\"kind\":\"note\",\"id\":7}", "id" },
        { "{\"kind\":\"note\",\"at\":\"tomorrow\"}", "at" },
        { "{\"kind\":\"note\",\"on\":\"true\"}", "on" },
        { "{\"kind\":\"note\",\"on\":null}", "on" },
        { "{\"kind\":\"note\",\"tags\":[\"a\",\"a\"]}", "tags" },
        { "{\"kind\":\"note\",\"tags\":[\"a\",\"b\",\"c\"]}", "tags" },
        { "{\"kind\":\"note\",\"tags\":[\" a\"]}", "tags" },
        { "{\"kind\":\"note\",\"list\":[1,2,3]}", "list" },
        { "[]", "" },
    };
    for (size_t i = 0; i + 1u < GCT_COUNT(cases); i++) {
        char faults[200];
        faults_of(cases[i].body, faults, sizeof faults);
        assert_string_equal(faults, cases[i].faults);
    }
    struct gct_json *array = gct_json_array();
    struct gct_json *problem = NULL;
    assert_int_equal(gct_params_check(array, table, GCT_COUNT(table), &problem), GCT_INVALID);
    gct_json_free(&problem);
    gct_json_free(&array);
}

static void a_query_is_decoded_and_checked(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(1u << 16);
    struct gct_query_value values[GCT_COUNT(table)];
    struct gct_json *problem = NULL;
    assert_int_equal(gct_params_query(GCT_LIT("kind=note&text=a%20b&limit=7&id=12&on=true&tags=x,y"), table,
                                      GCT_COUNT(table), arena, values, &problem),
                     GCT_OK);
    assert_slice(values[1].value, "a b");
    assert_int_equal(values[2].integer, 7);
    assert_int_equal(values[3].integer, 12);
    assert_int_equal(values[5].integer, 1);
    assert_null(values[4].value.ptr);
    static const char *const bad[] = { "",
                                       "kind=note&kind=note",
                                       "kind=note&zz=1",
                                       "kind=note&limit=x",
                                       "kind=%zz",
                                       "kind=note&on=1",
                                       "kind=note&tags=a,b,c",
                                       "kind=note&text=",
                                       "kind=note&text=%00" };
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        assert_int_equal(
            gct_params_query(gct_slice_of(bad[i]), table, GCT_COUNT(table), arena, values, &problem),
            GCT_INVALID);
        assert_true(gct_json_count(gct_json_get(problem, "errors")) >= 1u);
        gct_json_free(&problem);
    }
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_a_body_is_named),
        cmocka_unit_test(a_query_is_decoded_and_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
