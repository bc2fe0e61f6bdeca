#include <string.h>

#include "base/utf8.c"
#include "cmocka_all.h"

static void only_well_formed_text_is_valid(void **state)
{
    (void)state;
    static const char *const good[] = { "",
                                        "ascii only, longer than eight bytes",
                                        "\xc3\xa9",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\xed\x9f\xbf",
                                        "\xee\x80\x80",
                                        "\xf4\x8f\xbf\xbf" };
    static const char *const bad[] = {
        "\x80",         "\xc0\xaf",         "\xc1\xbf",         "\xe0\x80\xaf",
        "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xff",         "12345678\xc3",     "\xe2\x82",         "\xf0\x9f\x98"
    };
    for (size_t i = 0; i < GCT_COUNT(good); i++) {
        assert_true(gct_utf8_valid(gct_slice_of(good[i])));
    }
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        assert_false(gct_utf8_valid(gct_slice_of(bad[i])));
    }
}

static void length_is_counted_in_each_unit(void **state)
{
    (void)state;
    struct gct_slice text = GCT_LIT("n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_int_equal(gct_utf8_count(text), 4);
    assert_int_equal(gct_utf8_count_utf16(text), 5);
    assert_int_equal(text.len, 10);
}

static void cut_never_splits_a_character(void **state)
{
    (void)state;
    struct gct_slice text = GCT_LIT("n\xc3\xa9!\xf0\x9f\x98\x80");
    for (size_t bytes = 0; bytes <= text.len + 1u; bytes++) {
        struct gct_slice head = gct_utf8_head(text, bytes);
        assert_true(head.len <= bytes);
        assert_true(gct_utf8_valid(head));
    }
    assert_slice(gct_utf8_head(text, 2u), "n");
    assert_int_equal(gct_utf8_head(text, 99u).len, text.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_well_formed_text_is_valid),
        cmocka_unit_test(length_is_counted_in_each_unit),
        cmocka_unit_test(cut_never_splits_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
