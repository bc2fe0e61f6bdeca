#include <string.h>

#include "base/slice.c"
#include "cmocka_all.h"

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int ok;
        int64_t value;
    } cases[] = {
        { "0", 1, 0 },
        { "-1", 1, -1 },
        { "00012", 1, 12 },
        { "9223372036854775807", 1, INT64_MAX },
        { "-9223372036854775808", 1, INT64_MIN },
        { "9223372036854775808", 0, 0 },
        { "-9223372036854775809", 0, 0 },
        { "", 0, 0 },
        { "-", 0, 0 },
        { "+1", 0, 0 },
        { " 1", 0, 0 },
        { "1 ", 0, 0 },
        { "0x10", 0, 0 },
        { "1e3", 0, 0 },
        { "12a", 0, 0 },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        int64_t value = -77;
        enum gct_status st = gct_slice_integer(gct_slice_of(cases[i].text), INT64_MIN, INT64_MAX, &value);
        assert_int_equal(st, cases[i].ok ? GCT_OK : GCT_INVALID);
        assert_int_equal(value, cases[i].ok ? cases[i].value : -77);
    }
    int64_t value = 0;
    assert_int_equal(gct_slice_integer(GCT_LIT("201"), 1, 200, &value), GCT_INVALID);
    assert_int_equal(gct_slice_integer(GCT_LIT("200"), 1, 200, &value), GCT_OK);
}

static void split_gives_each_part_once(void **state)
{
    (void)state;
    struct gct_slice rest = GCT_LIT("a,,b");
    struct gct_slice part;
    assert_true(gct_slice_split(&rest, ',', &part));
    assert_slice(part, "a");
    assert_true(gct_slice_split(&rest, ',', &part));
    assert_slice(part, "");
    assert_true(gct_slice_split(&rest, ',', &part));
    assert_slice(part, "b");
    assert_false(gct_slice_split(&rest, ',', &part));
    rest = GCT_LIT("");
    assert_false(gct_slice_split(&rest, ',', &part));
}

static void trimming_and_comparing(void **state)
{
    (void)state;
    assert_slice(gct_slice_trim(GCT_LIT(" \t a b \t")), "a b");
    assert_slice(gct_slice_trim(GCT_LIT("  ")), "");
    assert_true(gct_slice_eq_nocase(GCT_LIT("X-Hub"), GCT_LIT("x-hUB")));
    assert_false(gct_slice_eq_nocase(GCT_LIT("\xc3\x89"), GCT_LIT("\xc3\xa9")));
    assert_true(gct_slice_starts(GCT_LIT("sha256=ab"), GCT_LIT("sha256=")));
    assert_false(gct_slice_starts(GCT_LIT("sha"), GCT_LIT("sha256=")));
    assert_true(gct_slice_ends(GCT_LIT("/window-closed"), GCT_LIT("closed")));
    assert_true(gct_slice_cmp(GCT_LIT("a"), GCT_LIT("ab")) < 0);
    assert_true(gct_slice_cmp(GCT_LIT("b"), GCT_LIT("ab")) > 0);
    assert_int_equal(gct_slice_cmp(GCT_EMPTY, GCT_LIT("")), 0);
}

static void hex_goes_there_and_back_and_refuses_the_rest(void **state)
{
    (void)state;
    unsigned char bytes[3] = { 0x00, 0xab, 0xff };
    unsigned char back[3] = { 0 };
    char text[7];
    gct_hex_encode(bytes, 3u, text);
    assert_string_equal(text, "00abff");
    assert_int_equal(gct_hex_decode(GCT_LIT("00abff"), back, 3u), GCT_OK);
    assert_memory_equal(bytes, back, 3u);
    assert_int_equal(gct_hex_decode(GCT_LIT("00ABFF"), back, 3u), GCT_INVALID);
    assert_int_equal(gct_hex_decode(GCT_LIT("00abf"), back, 3u), GCT_INVALID);
    assert_int_equal(gct_hex_decode(GCT_LIT("00abff00"), back, 3u), GCT_INVALID);
    assert_int_equal(gct_hex_decode(GCT_LIT("00abfg"), back, 3u), GCT_INVALID);
}

static void percent_decoding(void **state)
{
    (void)state;
    char room[64];
    size_t len = 0;
    assert_int_equal(gct_percent_decode(GCT_LIT("a+b%20%C3%a9%25"), room, &len), GCT_OK);
    assert_slice(((struct gct_slice){ room, len }), "a b \xc3\xa9%");
    assert_int_equal(gct_percent_decode(GCT_LIT("%"), room, &len), GCT_INVALID);
    assert_int_equal(gct_percent_decode(GCT_LIT("%4"), room, &len), GCT_INVALID);
    assert_int_equal(gct_percent_decode(GCT_LIT("%zz"), room, &len), GCT_INVALID);
    assert_int_equal(gct_percent_decode(GCT_LIT("ab%41"), room, &len), GCT_OK);
    assert_slice(((struct gct_slice){ room, len }), "abA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(split_gives_each_part_once),
        cmocka_unit_test(trimming_and_comparing),
        cmocka_unit_test(hex_goes_there_and_back_and_refuses_the_rest),
        cmocka_unit_test(percent_decoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
