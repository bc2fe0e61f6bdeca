#include <stdio.h>

#include "base/slice.h"
#include "cmocka_all.h"
#include "daemon/settings_waiting.c"

struct said {
    char names[400];
};

static void say(void *arg, const char *name)
{
    struct said *said = arg;
    size_t len = strlen(said->names);
    (void)snprintf(said->names + len, sizeof said->names - len, "%s%s", len == 0 ? "" : " ", name);
}

static const char *const one_address[] = { "127.0.0.1:1" };
static const char *const two_addresses[] = { "127.0.0.1:1", "[::1]:1" };
static const char *const other_address[] = { "127.0.0.1:2" };

/* Every text empty, every number 0. */
#define EMPTY_LIST                                                                                           \
    {                                                                                                        \
        one_address, 1u                                                                                      \
    }
#define EMPTY_TEXT ""
#define EMPTY_NUMBER 0
#define EMPTY_SETTING(name, kind, standard, least, most, change, help) .name = EMPTY_##kind,
static const struct gct_settings at_start = { GCT_SETTING_TABLE(EMPTY_SETTING) };

/* What is said when the gateway started with at_start and next is read. */
static const char *waiting(const struct gct_settings *next)
{
    static struct said said;
    struct gct_arena *arena = gct_arena_new(1u << 16);
    said.names[0] = '\0';
    gct_settings_waiting(gct_settings_top(&at_start, arena), next, say, &said);
    gct_arena_free(&arena);
    return said.names;
}

static void every_option_of_the_start_is_named_and_no_other(void **state)
{
    struct gct_settings next = at_start;
    (void)state;
    assert_string_equal(waiting(&next), "");
    next.listen = (struct gct_texts){ other_address, 1u };
    next.public_url = next.data_dir = next.store = next.console_dir = next.ca_file = "other";
    next.hook_body_bytes = 1;
    next.tls_certificate = next.tls_key = "/x.pem";
    assert_string_equal(waiting(&next),
                        "listen public_url data_dir store console_dir ca_file hook_body_bytes tls");
    next = at_start;
    next.plugin_dir = next.plugin_backend = "other";
    next.reopen_hours = 1;
    next.trusted_proxies = (struct gct_texts){ other_address, 1u };
    assert_string_equal(waiting(&next), "");
}

static void a_further_address_and_another_key_are_changes(void **state)
{
    struct gct_settings next = at_start;
    (void)state;
    next.listen = (struct gct_texts){ two_addresses, 2u };
    assert_string_equal(waiting(&next), "listen");
    next = at_start;
    next.tls_key = "/other.pem";
    assert_string_equal(waiting(&next), "tls");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_of_the_start_is_named_and_no_other),
        cmocka_unit_test(a_further_address_and_another_key_are_changes),
    };
    return cmocka_run_group_tests_name("daemon/settings_waiting", tests, NULL, NULL);
}
