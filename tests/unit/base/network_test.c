#include "base/network.c"
#include "cmocka_all.h"

static struct gct_network network(const char *text)
{
    struct gct_network read;
    assert_int_equal(gct_network_read(gct_slice_of(text), &read), GCT_OK);
    return read;
}

static void addresses_have_one_form(void **state)
{
    static const char *const cases[][2] = { { "192.0.2.7", "192.0.2.7" },
                                            { "::FFFF:192.0.2.7", "192.0.2.7" },
                                            { "2001:DB8:0:0::1", "2001:db8::1" },
                                            { "::1", "::1" },
                                            { "::", "::" } };
    char text[GCT_NETWORK_TEXT];
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_network address = network(cases[i][0]);
        gct_network_write(&address, text);
        assert_string_equal(text, cases[i][1]);
    }
}

static void a_network_holds_what_begins_like_it(void **state)
{
    static const struct {
        const char *network;
        const char *address;
        int has;
    } cases[] = {
        { "10.0.0.0/8", "10.255.0.1", 1 },
        { "10.0.0.0/8", "11.0.0.1", 0 },
        { "10.9.9.9/8", "10.0.0.1", 1 },
        { "192.0.2.0/25", "192.0.2.127", 1 },
        { "192.0.2.0/25", "192.0.2.128", 0 },
        { "192.0.2.7", "192.0.2.7", 1 },
        { "192.0.2.7", "192.0.2.6", 0 },
        { "192.0.2.7/32", "::ffff:192.0.2.7", 1 },
        { "fd00::/8", "fdff::1", 1 },
        { "fd00::/8", "fe00::1", 0 },
        { "8000::/1", "ffff::1", 1 },
        { "8000::/1", "7fff::1", 0 },
        { "::1", "127.0.0.1", 0 },
        { "10.0.0.0/8", "10.0.0.0/8", 0 },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_network whole = network(cases[i].network);
        struct gct_network address = network(cases[i].address);
        if (gct_network_has(&whole, &address) != cases[i].has) {
            fail_msg("%s and %s", cases[i].network, cases[i].address);
        }
    }
}

static void anything_else_is_refused(void **state)
{
    static const char *const cases[] = {
        "",          "localhost", "10.0.0",    "10.0.0.0/33", "10.0.0.0/0",
        "::/0",      "::/129",    "10.0.0.0/", "/8",          "10.0.0.0/8/8",
        " 10.0.0.1", "[::1]",     "10.0.0.01", "1.2.3.4:5",   "fe80::1%eth0"
    };
    struct gct_network read;
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        if (gct_network_read(gct_slice_of(cases[i]), &read) != GCT_INVALID) {
            fail_msg("%s was taken", cases[i]);
        }
    }
    assert_int_equal(gct_network_read(GCT_LIT("10.0.0.1\0"), &read), GCT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(a_network_holds_what_begins_like_it),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests_name("base/network", tests, NULL, NULL);
}
