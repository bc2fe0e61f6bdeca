#include "cmocka_all.h"
#include "http/problem.c"

static void a_problem_has_the_members_of_its_kind(void **state)
{
    (void)state;
    struct gct_json *document = gct_problem_json(GCT_PROBLEM_WINDOW_CLOSED, NULL);
    assert_slice(gct_json_text(gct_json_get(document, "type")), "/problems/window-closed");
    assert_int_equal(gct_json_integer(gct_json_get(document, "status"), 0), 409);
    assert_slice(gct_json_text(gct_json_get(document, "detail")),
                 gct_problem_info(GCT_PROBLEM_WINDOW_CLOSED)->title);
    gct_problem_field(document, GCT_LIT("text"), "is missing");
    gct_problem_field(document, GCT_LIT("kind"), "is not known");
    const struct gct_json *errors = gct_json_get(document, "errors");
    assert_int_equal(gct_json_count(errors), 2);
    assert_slice(gct_json_text(gct_json_get(gct_json_at(errors, 1), "field")), "kind");
    gct_json_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_problem_has_the_members_of_its_kind) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
