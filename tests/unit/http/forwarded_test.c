#include "cmocka_all.h"
#include "http/forwarded.c"

/* The client of a request when 127.0.0.1 and 10.0.0.0/8 are trusted. */
static const char *client(const char *peer, const char *header)
{
    static char text[GCT_NETWORK_TEXT];
    struct gct_network proxies[2];
    assert_int_equal(gct_network_read(GCT_LIT("127.0.0.1"), &proxies[0]), GCT_OK);
    assert_int_equal(gct_network_read(GCT_LIT("10.0.0.0/8"), &proxies[1]), GCT_OK);
    gct_forwarded_client(proxies, GCT_COUNT(proxies), gct_slice_of(peer), gct_slice_of(header), text);
    return text;
}

static void a_stranger_says_nothing_about_itself(void **state)
{
    char text[GCT_NETWORK_TEXT];
    (void)state;
    assert_string_equal(client("203.0.113.5", "198.51.100.1"), "203.0.113.5");
    assert_string_equal(client("::1", "198.51.100.1"), "::1");
    gct_forwarded_client(NULL, 0, GCT_LIT("127.0.0.1"), GCT_LIT("198.51.100.1"), text);
    assert_string_equal(text, "127.0.0.1");
}

static void the_last_address_that_is_no_proxy_counts(void **state)
{
    static const char *const cases[][2] = {
        { "", "127.0.0.1" },
        { "203.0.113.5", "203.0.113.5" },
        { "198.51.100.1, 203.0.113.5", "203.0.113.5" },
        { "198.51.100.1,203.0.113.5,10.1.2.3 , 10.0.0.9", "203.0.113.5" },
        { "10.1.2.3, 10.0.0.9", "10.1.2.3" },
        { "2001:DB8::1", "2001:db8::1" },
        { "[2001:db8::1]:443", "2001:db8::1" },
        { "203.0.113.5:4711", "203.0.113.5" },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_string_equal(client("127.0.0.1", cases[i][0]), cases[i][1]);
    }
}

static void what_cannot_be_read_ends_the_way(void **state)
{
    static const char *const cases[][2] = {
        { "unknown", "127.0.0.1" },
        { "203.0.113.5, ", "127.0.0.1" },
        { "203.0.113.5,,10.0.0.9", "10.0.0.9" },
        { "203.0.113.5, x, 10.0.0.9", "10.0.0.9" },
        { "203.0.113.0/24", "127.0.0.1" },
        { "[::1", "127.0.0.1" },
        { ",", "127.0.0.1" },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_string_equal(client("127.0.0.1", cases[i][0]), cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_says_nothing_about_itself),
        cmocka_unit_test(the_last_address_that_is_no_proxy_counts),
        cmocka_unit_test(what_cannot_be_read_ends_the_way),
    };
    return cmocka_run_group_tests_name("http/forwarded", tests, NULL, NULL);
}
