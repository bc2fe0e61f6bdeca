#include "http/host.c"

#include "cmocka_all.h"

static const char *const desk[] = { "https://desk.example.com", "http://127.0.0.1:8080",
                                    "http://[fd00::1]:8080" };
static const char *const everywhere[] = { "http://0.0.0.0:8080" };

static int is_ours(const char *host)
{
    return gct_host_is_ours(desk, GCT_COUNT(desk), gct_slice_of(host));
}

static void our_names_and_addresses_are_ours(void **state)
{
    static const char *const ours[] = { "desk.example.com",
                                        "DESK.example.com",
                                        "desk.example.com:443",
                                        "desk.example.com:1",
                                        "localhost",
                                        "LOCALHOST:8080",
                                        "127.0.0.1",
                                        "127.0.0.1:8080",
                                        "127.8.9.10:1",
                                        "[::1]",
                                        "[::1]:8080",
                                        "[0:0:0:0:0:0:0:1]:1",
                                        "[fd00::1]",
                                        "[fd00:0::1]:99" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(ours); i++) {
        if (!is_ours(ours[i])) {
            fail_msg("%s is not ours", ours[i]);
        }
    }
}

static void other_names_and_addresses_are_not(void **state)
{
    static const char *const strange[] = { "",
                                           ":8080",
                                           "example.com",
                                           "desk.example.com.evil.example",
                                           "evil-desk.example.com",
                                           "desk.example.co",
                                           "127.0.0.1.evil.example",
                                           "localhost.evil.example",
                                           "192.0.2.7:8080",
                                           "10.0.0.0",
                                           "[fd00::2]",
                                           "::1",
                                           "localhost:8080.evil.example",
                                           "localhost:",
                                           "[::1]8080",
                                           "[::1].evil.example",
                                           "[::1]:x",
                                           "[]",
                                           "[",
                                           "[127.0.0.1",
                                           "0x7f.1",
                                           "128.0.0.1" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(strange); i++) {
        if (is_ours(strange[i])) {
            fail_msg("%s is ours", strange[i]);
        }
    }
}

static void who_listens_everywhere_is_reached_by_any_address_and_no_other_name(void **state)
{
    (void)state;
    assert_true(gct_host_is_ours(everywhere, 1u, GCT_LIT("192.0.2.7:8080")));
    assert_true(gct_host_is_ours(everywhere, 1u, GCT_LIT("[2001:db8::1]:8080")));
    assert_false(gct_host_is_ours(everywhere, 1u, GCT_LIT("desk.example.com")));
    assert_false(gct_host_is_ours(everywhere, 1u, GCT_LIT("10.0.0.0/8")));
    assert_false(gct_host_is_ours(NULL, 0u, GCT_LIT("192.0.2.7")));
    assert_true(gct_host_is_ours(NULL, 0u, GCT_LIT("localhost")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_names_and_addresses_are_ours),
        cmocka_unit_test(other_names_and_addresses_are_not),
        cmocka_unit_test(who_listens_everywhere_is_reached_by_any_address_and_no_other_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
