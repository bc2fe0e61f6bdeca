#include "http/head.c"

#include "cmocka_all.h"

static void the_cookie_is_found_among_others_by_its_whole_name(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *value;
    } cases[] = {
        { "guichet_session=abc", "abc" },
        { "a=b; guichet_session=abc; c=d", "abc" },
        { "xguichet_session=no; guichet_session=abc", "abc" },
        { "guichet_session2=no", "" },
        { "guichet_session", "" },
        { "", "" },
        { ";;=;guichet_session=abc=def", "abc=def" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_slice(gct_head_cookie(gct_slice_of(cases[i].header), GCT_LIT("guichet_session")),
                     cases[i].value);
    }
}

static void a_bearer_token_follows_its_scheme(void **state)
{
    (void)state;
    assert_slice(gct_head_bearer(GCT_LIT("Bearer abc")), "abc");
    assert_slice(gct_head_bearer(GCT_LIT("bEARER  abc ")), "abc");
    static const char *const none[] = { "", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc" };
    for (size_t i = 0; i < GCT_COUNT(none); i++) {
        assert_int_equal(gct_head_bearer(gct_slice_of(none[i])).len, 0);
    }
}

static void an_entity_tag_is_a_quoted_version(void **state)
{
    (void)state;
    int64_t version = 7;
    assert_int_equal(gct_head_if_match(GCT_LIT("*"), &version), GCT_OK);
    assert_int_equal(version, 0);
    assert_int_equal(gct_head_if_match(GCT_LIT("\"12\""), &version), GCT_OK);
    assert_int_equal(version, 12);
    static const char *const none[] = {
        "", "\"", "\"\"", "12", "\"0\"", "\"-1\"", "\"1\", \"2\"", "W/\"1\""
    };
    for (size_t i = 0; i < GCT_COUNT(none); i++) {
        assert_int_equal(gct_head_if_match(gct_slice_of(none[i]), &version), GCT_INVALID);
    }
}

static void a_key_is_visible_and_not_too_long(void **state)
{
    (void)state;
    char longest[130];
    memset(longest, 'k', sizeof longest);
    assert_true(gct_head_is_key((struct gct_slice){ longest, 128u }));
    assert_false(gct_head_is_key((struct gct_slice){ longest, 129u }));
    assert_false(gct_head_is_key(GCT_EMPTY));
    assert_false(gct_head_is_key(GCT_LIT("a b")));
    assert_false(gct_head_is_key(GCT_LIT("cl\xc3\xa9")));
}

static void a_cursor_is_two_numbers(void **state)
{
    (void)state;
    int64_t key = 0;
    int64_t id = 0;
    assert_int_equal(gct_head_cursor(GCT_LIT("-9223372036854775808.3"), &key, &id), GCT_OK);
    assert_true(key == INT64_MIN && id == 3);
    static const char *const none[] = { "",      ".",   "1",
                                        "1.",    ".1",  "1.-1",
                                        "1.2.3", "x.1", "9223372036854775808.1" };
    for (size_t i = 0; i < GCT_COUNT(none); i++) {
        assert_int_equal(gct_head_cursor(gct_slice_of(none[i]), &key, &id), GCT_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cookie_is_found_among_others_by_its_whole_name),
        cmocka_unit_test(a_bearer_token_follows_its_scheme),
        cmocka_unit_test(an_entity_tag_is_a_quoted_version),
        cmocka_unit_test(a_key_is_visible_and_not_too_long),
        cmocka_unit_test(a_cursor_is_two_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
