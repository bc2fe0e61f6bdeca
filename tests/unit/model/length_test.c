#include "model/length.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <guichet/event.h>

static void each_unit_counts_its_own_way(void **state)
{
    (void)state;
    struct gct_slice text =
        GCT_LIT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"); /* a, e acute, euro, grinning face */
    assert_int_equal(gct_text_length(text, GCT_UNIT_BYTES), 10);
    assert_int_equal(gct_text_length(text, GCT_UNIT_CODE_POINTS), 4);
    assert_int_equal(gct_text_length(text, GCT_UNIT_UTF16), 5);
    assert_int_equal(gct_text_length(GCT_EMPTY, GCT_UNIT_UTF16), 0);
    assert_string_equal(gct_text_unit_name(GCT_UNIT_BYTES), "bytes");
    assert_string_equal(gct_text_unit_name(GCT_UNIT_CODE_POINTS), "code_points");
    assert_string_equal(gct_text_unit_name(GCT_UNIT_UTF16), "utf16");
}

static void a_rule_that_is_absent_gives_the_fallback(void **state)
{
    (void)state;
    static const struct gct_rule LIMIT = { sizeof(struct gct_rule), GCT_RULE_TEXT_LIMIT, 2000, "2026-05-05",
                                           "page" };
    static const struct gct_rule *const RULES[] = { &LIMIT };
    static const struct gct_rule_attachment IMAGE = { .size = sizeof(struct gct_rule_attachment),
                                                      .kind = GCT_ATTACHMENT_IMAGE,
                                                      .outbound = 1 };
    static const struct gct_rule_attachment *const KINDS[] = { &IMAGE };
    static const struct gct_ext_rules TABLE = { .size = sizeof(struct gct_ext_rules),
                                                .rules = RULES,
                                                .rule_count = 1,
                                                .attachments = KINDS,
                                                .attachment_count = 1 };
    assert_int_equal(gct_rules_value(&TABLE, GCT_RULE_TEXT_LIMIT, 7), 2000);
    assert_int_equal(gct_rules_value(&TABLE, GCT_RULE_WINDOW, 7), 7);
    assert_int_equal(gct_rules_value(NULL, GCT_RULE_TEXT_LIMIT, 7), 7);
    assert_ptr_equal(gct_rules_attachment(&TABLE, GCT_ATTACHMENT_IMAGE), &IMAGE);
    assert_null(gct_rules_attachment(&TABLE, GCT_ATTACHMENT_VIDEO));
    assert_null(gct_rules_attachment(NULL, GCT_ATTACHMENT_IMAGE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_unit_counts_its_own_way),
        cmocka_unit_test(a_rule_that_is_absent_gives_the_fallback),
    };
    return cmocka_run_group_tests_name("model/length", tests, NULL, NULL);
}
