#include "base/json_scan.c"
#include "cmocka_all.h"

static void only_what_the_parser_cannot_hold_is_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *repaired; /* NULL: there is nothing to repair */
    } cases[] = {
        { "\"\\ud83d\\ude00\"", NULL },
        { "\"\\ud83d\"", "\"\\ufffd\"" },
        { "\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\"" },
        { "\"\\ud83dx\"", "\"\\ufffdx\"" },
        { "\"\\uD83D\\uDE00\"", NULL },
        { "\"\\u0000\\u0001\"", "\"\\ufffd\\u0001\"" },
        { "\"\\\\ud83d\"", NULL },
        { "\"\\ud83\"", NULL },
        { "\\ud83d", NULL }, /* not in a string: the parser's matter */
        { "\"\\", NULL },
        { "[9223372036854775807,-9223372036854775808]", NULL },
        { "[9223372036854775808]", "[\"9223372036854775808\"]" },
        { "-9223372036854775809", "\"-9223372036854775809\"" },
        { "{\"a\":18446744073709551616 ,\"\\ud83d\":1}", "{\"a\":\"18446744073709551616\" ,\"\\ufffd\":1}" },
        { "\"18446744073709551616\"", NULL },
        { "[184467440737095516.16,18446744073709551616e1,18446744073709551616.0]", NULL },
        { "[018446744073709551616,--18446744073709551616]", NULL }, /* no numbers, before and after */
        { "{18446744073709551616 \n: 1}", NULL },
        { "-", NULL },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_slice text = gct_slice_of(cases[i].text);
        char room[96];
        size_t len = 99;
        assert_int_equal(gct_json_scan(text, 64u, &len, NULL), GCT_OK);
        assert_int_equal(len, cases[i].repaired == NULL ? 0 : strlen(cases[i].repaired));
        gct_json_repair(text, room);
        assert_slice(((struct gct_slice){ room, len == 0 ? text.len : len }),
                     cases[i].repaired == NULL ? cases[i].text : cases[i].repaired);
    }
}

static void depth_counts_open_brackets_outside_of_strings(void **state)
{
    (void)state;
    size_t room = 0;
    struct gct_error err = { 0 };
    assert_int_equal(gct_json_scan(GCT_LIT("[[{}]]"), 3u, &room, &err), GCT_OK);
    assert_int_equal(gct_json_scan(GCT_LIT("[[{}]]"), 2u, &room, &err), GCT_LIMIT);
    assert_int_equal(gct_json_scan(GCT_LIT("[][][]"), 1u, &room, &err), GCT_OK);
    assert_int_equal(gct_json_scan(GCT_LIT("\"[[[\\\"[[\""), 0u, &room, &err), GCT_OK);
    assert_int_equal(gct_json_scan(GCT_LIT("]]]["), 1u, &room, &err), GCT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_parser_cannot_hold_is_replaced),
        cmocka_unit_test(depth_counts_open_brackets_outside_of_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
