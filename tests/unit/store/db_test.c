#include "store/db.c"

#include <string.h>

#include "cmocka_all.h"

static void engines_are_found_by_name(void **state)
{
    (void)state;
    assert_string_equal(gct_engine_find("sqlite")->name, "sqlite");
    assert_null(gct_engine_find("none"));
}

static void what_is_optional_becomes_null(void **state)
{
    (void)state;
    assert_int_equal(gct_value_id(0).kind, GCT_VALUE_NULL);
    assert_int_equal(gct_value_id(7).integer, 7);
    assert_int_equal(gct_value_text(GCT_EMPTY).kind, GCT_VALUE_NULL);
    assert_int_equal(gct_value_text(GCT_LIT("x")).kind, GCT_VALUE_TEXT);
}

/* A table that is filled by position would not notice a member that was added. */
static void an_engine_has_every_function(void **state)
{
    void (*functions[(sizeof(struct gct_engine) - sizeof(char *)) / sizeof(void (*)(void))])(void);
    (void)state;
    memcpy(functions, (const char *)gct_engine_find("sqlite") + sizeof(char *), sizeof functions);
    for (size_t i = 0; i < GCT_COUNT(functions); i++) {
        assert_true(functions[i] != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_are_found_by_name),
        cmocka_unit_test(what_is_optional_becomes_null),
        cmocka_unit_test(an_engine_has_every_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
