#include <string.h>

#include "cmocka_all.h"
#include "http/view/ticket.c"

static void an_excerpt_is_one_line_of_whole_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t characters;
        const char *excerpt;
    } cases[] = {
        { "Bonjour", 160, "Bonjour" },
        { "  a \n\t b\r\n", 160, "a b" },
        { "\xc3\xa9\xc3\xa9\xc3\xa9", 2, "\xc3\xa9\xc3\xa9" },
        { "ab cd", 3, "ab" },
        { "\xf0\x9f\x98\x80!", 1, "\xf0\x9f\x98\x80" },
        { "", 10, "" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        char room[GCT_PREVIEW_ROOM];
        assert_slice(gct_view_excerpt(gct_slice_of(cases[i].text), cases[i].characters, room),
                     cases[i].excerpt);
    }
    char longest[4000];
    char room[GCT_PREVIEW_ROOM];
    memset(longest, 'x', sizeof longest);
    struct gct_slice excerpt = gct_view_excerpt((struct gct_slice){ longest, sizeof longest }, 5000u, room);
    assert_true(excerpt.len < GCT_PREVIEW_ROOM);
}

static void a_picture_elsewhere_is_not_shown(void **state)
{
    (void)state;
    struct gct_json *customer =
        gct_view_customer(7, GCT_LIT("Léa"), GCT_EMPTY, GCT_LIT("https://cdn.example/p.jpg"));
    assert_int_equal(gct_json_type(gct_json_get(customer, "avatar_url")), GCT_JSON_IS_NULL);
    assert_int_equal(gct_json_type(gct_json_get(customer, "handle")), GCT_JSON_IS_NULL);
    gct_json_free(&customer);
    customer = gct_view_customer(7, GCT_EMPTY, GCT_EMPTY, GCT_LIT("/media/7"));
    assert_slice(gct_json_text(gct_json_get(customer, "avatar_url")), "/media/7");
    gct_json_free(&customer);
}

static void tags_are_a_list(void **state)
{
    (void)state;
    struct gct_json *tags = tags_of(GCT_LIT("a\x1f"
                                            "b c"));
    assert_int_equal(gct_json_count(tags), 2);
    assert_slice(gct_json_text(gct_json_at(tags, 1)), "b c");
    gct_json_free(&tags);
    tags = tags_of(GCT_EMPTY);
    assert_int_equal(gct_json_count(tags), 0);
    gct_json_free(&tags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_excerpt_is_one_line_of_whole_characters),
        cmocka_unit_test(a_picture_elsewhere_is_not_shown),
        cmocka_unit_test(tags_are_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
