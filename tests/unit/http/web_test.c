#include "cmocka_all.h"
#include "http/web.c"

static void only_our_own_pages_are_an_origin(void **state)
{
    (void)state;
    static const char *const origins[] = { "https://desk.example.com", "http://127.0.0.1:8080" };
    const struct gct_web web = { .origins = origins, .origin_count = 2u };
    static const char *const foreign[] = { "https://desk.example.com.evil.org",
                                           "http://desk.example.com",
                                           "https://desk.example.com:444",
                                           "null",
                                           "",
                                           "https://evil.org" };
    assert_true(gct_web_origin_allowed(&web, GCT_LIT("https://DESK.example.com")));
    assert_true(gct_web_origin_allowed(&web, GCT_LIT("http://127.0.0.1:8080")));
    for (size_t i = 0; i < GCT_COUNT(foreign); i++) {
        assert_false(gct_web_origin_allowed(&web, gct_slice_of(foreign[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_own_pages_are_an_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
