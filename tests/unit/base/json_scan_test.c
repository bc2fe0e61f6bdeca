#include "base/json_scan.c"
#include "cmocka_all.h"

static void only_escapes_that_are_no_characters_are_counted_and_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t repairs;
        const char *repaired;
    } cases[] = {
        { "\"\\ud83d\\ude00\"", 0, "\"\\ud83d\\ude00\"" },
        { "\"\\ud83d\"", 1, "\"\\ufffd\"" },
        { "\"\\ude00\\ud83d\"", 2, "\"\\ufffd\\ufffd\"" },
        { "\"\\ud83dx\"", 1, "\"\\ufffdx\"" },
        { "\"\\uD83D\\uDE00\"", 0, "\"\\uD83D\\uDE00\"" },
        { "\"\\u0000\\u0001\"", 1, "\"\\ufffd\\u0001\"" },
        { "\"\\\\ud83d\"", 0, "\"\\\\ud83d\"" },
        { "\"\\ud83\"", 0, "\"\\ud83\"" },
        { "\\ud83d", 0, "\\ud83d" }, /* not in a string: the parser's matter */
        { "\"\\", 0, "\"\\" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_slice text = gct_slice_of(cases[i].text);
        char room[64];
        size_t repairs = 99;
        assert_int_equal(gct_json_scan(text, 64u, &repairs, NULL), GCT_OK);
        assert_int_equal(repairs, cases[i].repairs);
        gct_json_repair(text, room);
        assert_slice(((struct gct_slice){ room, text.len }), cases[i].repaired);
    }
}

static void depth_counts_open_brackets_outside_of_strings(void **state)
{
    (void)state;
    size_t repairs = 0;
    struct gct_error err = { 0 };
    assert_int_equal(gct_json_scan(GCT_LIT("[[{}]]"), 3u, &repairs, &err), GCT_OK);
    assert_int_equal(gct_json_scan(GCT_LIT("[[{}]]"), 2u, &repairs, &err), GCT_LIMIT);
    assert_int_equal(gct_json_scan(GCT_LIT("[][][]"), 1u, &repairs, &err), GCT_OK);
    assert_int_equal(gct_json_scan(GCT_LIT("\"[[[\\\"[[\""), 0u, &repairs, &err), GCT_OK);
    assert_int_equal(gct_json_scan(GCT_LIT("]]]["), 1u, &repairs, &err), GCT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_escapes_that_are_no_characters_are_counted_and_replaced),
        cmocka_unit_test(depth_counts_open_brackets_outside_of_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
