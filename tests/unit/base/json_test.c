#include "base/json.c"
#include "cmocka_all.h"

static struct gct_json *parse(const char *text)
{
    struct gct_error err = { 0 };
    return gct_json_parse(gct_slice_of(text), &err);
}

static void ids_beyond_2_to_53_are_exact(void **state)
{
    (void)state;
    struct gct_json *json = parse("{\"a\":9007199254740993,\"b\":9223372036854775807}");
    assert_non_null(json);
    assert_int_equal(gct_json_integer(gct_json_get(json, "a"), 0), INT64_C(9007199254740993));
    assert_int_equal(gct_json_integer(gct_json_get(json, "b"), 0), INT64_MAX);
    gct_json_free(&json);
    assert_null(json);
}

static void integers_beyond_int64_are_their_digits(void **state)
{
    (void)state;
    struct gct_json *json = parse("{\"id\":18446744073709551616,\"list\":[-9223372036854775809,1]}");
    assert_non_null(json);
    assert_slice(gct_json_text(gct_json_get(json, "id")), "18446744073709551616");
    assert_slice(gct_json_text(gct_json_at(gct_json_get(json, "list"), 0)), "-9223372036854775809");
    assert_int_equal(gct_json_integer(gct_json_get(json, "id"), -1), -1);
    gct_json_free(&json);
}

static void escapes_that_are_no_characters_are_replaced_and_the_message_kept(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *text;
    } cases[] = {
        { "\"a\\ud83d\"", "a\xef\xbf\xbd" },
        { "\"\\ude00b\"", "\xef\xbf\xbd"
                          "b" },
        { "\"\\u0000\"", "\xef\xbf\xbd" },
        { "\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
        { "\"\\\\ud83d\"", "\\ud83d" },
        { "\"\\u00e9\\/\"", "\xc3\xa9/" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_json *json = parse(cases[i].json);
        assert_non_null(json);
        assert_slice(gct_json_text(json), cases[i].text);
        gct_json_free(&json);
    }
}

static void what_is_not_json_is_refused_with_a_sentence_that_quotes_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "{",
                                       "{\"secret words\":}",
                                       "[1,]",
                                       "nul",
                                       "{\"a\":1,\"a\":2}",
                                       "1 2",
                                       "018446744073709551616",
                                       "{18446744073709551616:1}",
                                       "1e999",
                                       "\"\xff\"",
                                       "\"secret words",
                                       "{} x" };
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        struct gct_error err = { 0 };
        assert_null(gct_json_parse(gct_slice_of(bad[i]), &err));
        assert_int_equal(err.status, GCT_INVALID);
        assert_null(strstr(err.text, "secret"));
        assert_true(strlen(err.text) > 5u);
    }
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[200];
    memset(text, '[', 100u);
    memset(text + 100, ']', 100u);
    struct gct_error err = { 0 };
    assert_null(gct_json_parse((struct gct_slice){ text, 200u }, &err));
    assert_int_equal(err.status, GCT_LIMIT);
    struct gct_json *json = gct_json_parse((struct gct_slice){ text + 36, 128u }, &err);
    assert_non_null(json);
    gct_json_free(&json);
    json = parse("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"");
    assert_non_null(json);
    gct_json_free(&json);
}

static void absent_and_wrong_types_read_as_empty(void **state)
{
    (void)state;
    struct gct_json *json = parse("{\"n\":null,\"s\":\"x\",\"l\":[true]}");
    assert_int_equal(gct_json_type(gct_json_get(json, "zz")), GCT_JSON_IS_NONE);
    assert_int_equal(gct_json_type(gct_json_get(json, "n")), GCT_JSON_IS_NULL);
    assert_slice(gct_json_text(gct_json_get(json, "l")), "");
    assert_int_equal(gct_json_integer(gct_json_get(json, "s"), -5), -5);
    assert_null(gct_json_get(gct_json_get(json, "s"), "x"));
    assert_null(gct_json_at(gct_json_get(json, "l"), 1u));
    assert_true(gct_json_truth(gct_json_at(gct_json_get(json, "l"), 0)));
    assert_int_equal(gct_json_count(NULL), 0);
    gct_json_free(&json);
}

static void members_come_in_the_order_of_the_document(void **state)
{
    (void)state;
    struct gct_json *json = parse("{\"z\":1,\"a\":2,\"m\":3}");
    static const char *const names[] = { "z", "a", "m" };
    for (size_t i = 0; i < 3u; i++) {
        struct gct_slice name;
        assert_int_equal(gct_json_integer(gct_json_member(json, i, &name), 0), i + 1u);
        assert_slice(name, names[i]);
    }
    struct gct_slice name;
    assert_null(gct_json_member(json, 3u, &name));
    gct_json_free(&json);
}

static void answers_are_written_in_order_with_broken_text_mended(void **state)
{
    (void)state;
    struct gct_buffer out = { 0 };
    struct gct_json *json = gct_json_object();
    gct_json_set_id(json, "id", 42);
    gct_json_set_id(json, "none", 0);
    gct_json_set_time(json, "at", INT64_C(1795460700123));
    gct_json_set_text(json, "text", GCT_LIT("a\xff\"\n\xc3\xa9"));
    gct_json_set_text(json, "null", GCT_EMPTY);
    gct_json_set_truth(json, "yes", 1);
    gct_json_write(json, &out);
    assert_slice(gct_buffer_slice(&out),
                 "{\"id\":\"42\",\"none\":null,\"at\":\"2026-11-23T19:05:00.123Z\",\"text\":"
                 "\"a\xef\xbf\xbd\\\"\\n\xc3\xa9\",\"null\":null,\"yes\":true}");
    gct_buffer_free(&out);
    gct_json_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_beyond_2_to_53_are_exact),
        cmocka_unit_test(integers_beyond_int64_are_their_digits),
        cmocka_unit_test(escapes_that_are_no_characters_are_replaced_and_the_message_kept),
        cmocka_unit_test(what_is_not_json_is_refused_with_a_sentence_that_quotes_nothing),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(absent_and_wrong_types_read_as_empty),
        cmocka_unit_test(members_come_in_the_order_of_the_document),
        cmocka_unit_test(answers_are_written_in_order_with_broken_text_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
