#include "base/error.c"
#include "cmocka_all.h"

static void sentences_are_written_prefixed_and_cut(void **state)
{
    (void)state;
    struct gct_error err = { 0 };
    char longer[600];
    assert_int_equal(gct_error_set(&err, GCT_LIMIT, "%d of %s", 3, "four"), GCT_LIMIT);
    assert_string_equal(err.text, "3 of four");
    assert_int_equal(gct_error_prefix(&err, "file %s", "a"), GCT_LIMIT);
    assert_string_equal(err.text, "file a: 3 of four");
    memset(longer, 'x', sizeof longer - 1u);
    longer[sizeof longer - 1u] = '\0';
    assert_int_equal(gct_error_set(&err, GCT_INTERNAL, "%s", longer), GCT_INTERNAL);
    assert_int_equal(strlen(err.text), sizeof err.text - 1u);
    assert_int_equal(gct_error_prefix(&err, "%s", longer), GCT_INTERNAL);
    assert_int_equal(gct_error_set(NULL, GCT_DENIED, "nobody listens"), GCT_DENIED);
}

static void every_status_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    for (int i = 0; i < GCT_STATUS_COUNT; i++) {
        assert_true(strlen(gct_status_name((enum gct_status)i)) >= 2u);
        assert_true(strlen(gct_status_text((enum gct_status)i)) >= 4u);
    }
    assert_string_equal(gct_status_name(GCT_NOT_FOUND), "NOT_FOUND");
    assert_string_equal(gct_status_name((enum gct_status)999), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_written_prefixed_and_cut),
        cmocka_unit_test(every_status_has_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
