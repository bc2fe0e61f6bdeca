#include "net/serve/head.c"

#include "cmocka_all.h"

static void expect_encoded(const char *text, const char *expected)
{
    char room[256];
    size_t len = argument_encode(text, strlen(text), room);

    assert_int_equal(len, strlen(expected));
    assert_memory_equal(room, expected, len);
}

static void an_argument_has_one_encoding(void **state)
{
    (void)state;
    expect_encoded("", "");
    expect_encoded("name", "name");
    expect_encoded("hub.mode=subscribe", "hub.mode=subscribe");
    expect_encoded("a=b=c", "a=b%3Dc");
    expect_encoded("a=b&c", "a=b%26c");
    expect_encoded("q=caf\xc3\xa9 +", "q=caf%C3%A9%20%2B");
    expect_encoded("a b=~_-.", "a%20b=~_-.");
    expect_encoded("x=\x01%", "x=%01%25");
}

static void headers_of_the_table_are_known_to_the_library_or_kept_by_name(void **state)
{
    int tokens[HEAD_NAMES];

    (void)state;
    head_tokens(tokens);
    for (size_t i = 0; i < GCT_COUNT(header_names); i++) {
        if (strcmp(header_names[i], "host") == 0)
            assert_int_equal(tokens[i], WSI_TOKEN_HOST);
        if (strcmp(header_names[i], "cookie") == 0)
            assert_int_equal(tokens[i], WSI_TOKEN_HTTP_COOKIE);
        if (strcmp(header_names[i], "x-hub-signature-256") == 0)
            assert_int_equal(tokens[i], WSI_TOKEN_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_argument_has_one_encoding),
        cmocka_unit_test(headers_of_the_table_are_known_to_the_library_or_kept_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
