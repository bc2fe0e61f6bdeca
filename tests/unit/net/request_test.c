#include "net/request.c"

#include "cmocka_all.h"

static void a_header_is_found_by_its_name(void **state)
{
    const struct gct_header headers[] = { { { GCT_TEXT("host") }, { GCT_TEXT("a") } },
                                          { { GCT_TEXT("cookie") }, { GCT_TEXT("b=c") } } };
    struct gct_request request = { .headers = headers, .header_count = 2 };

    (void)state;
    assert_true(gct_slice_is(gct_request_header(&request, "cookie"), "b=c"));
    assert_null(gct_request_header(&request, "cook").ptr);
    assert_null(gct_request_header(&request, "origin").ptr);
}

static void methods_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(gct_method_name(GCT_METHOD_GET), "GET");
    assert_string_equal(gct_method_name(GCT_METHOD_DELETE), "DELETE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_found_by_its_name),
        cmocka_unit_test(methods_have_their_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
