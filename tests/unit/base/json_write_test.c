#include "base/json_write.c"
#include "cmocka_all.h"

static void expect_written(const char *text, const char *written)
{
    struct gct_error err = { 0 };
    struct gct_buffer out = { 0 };
    struct gct_json *json = gct_json_parse(gct_slice_of(text), &err);
    assert_non_null(json);
    gct_json_write(json, &out);
    assert_slice(gct_buffer_slice(&out), written);
    gct_buffer_free(&out);
    gct_json_free(&json);
}

static void values_are_compact_and_in_their_order(void **state)
{
    (void)state;
    expect_written(" { \"b\" : [ 1 , null , true , false , { } , [ ] , \"\" ] , \"a\" : { \"x\" : -1 } } ",
                   "{\"b\":[1,null,true,false,{},[],\"\"],\"a\":{\"x\":-1}}");
    expect_written("-9223372036854775808", "-9223372036854775808");
}

static void a_real_has_as_few_digits_as_it_needs(void **state)
{
    (void)state;
    static const char *const same[] = {
        "148.8583", "2.2945",           "0.1", "1.5", "-0.0", "0.30000000000000004", "1e-07", "1e+300",
        "1e+20",    "123456789012345.0"
    };
    for (size_t i = 0; i < GCT_COUNT(same); i++) {
        expect_written(same[i], same[i]);
    }
    expect_written("[11.00,2.50,1E2]", "[11.0,2.5,100.0]");
}

static void a_text_is_escaped_where_it_must_be(void **state)
{
    (void)state;
    expect_written("{\"\\\"\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u00e9\x7f\"}",
                   "{\"\\\"\":\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u001F\xc3\xa9\x7f\"}");
}

static void what_does_not_fit_is_told(void **state)
{
    (void)state;
    struct gct_buffer out = { .limit = 4 };
    struct gct_json *json = gct_json_string(GCT_LIT("a\nb\nc"));
    gct_json_write(json, &out);
    assert_true(out.overflowed);
    gct_buffer_free(&out);
    gct_json_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_compact_and_in_their_order),
        cmocka_unit_test(a_real_has_as_few_digits_as_it_needs),
        cmocka_unit_test(a_text_is_escaped_where_it_must_be),
        cmocka_unit_test(what_does_not_fit_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
