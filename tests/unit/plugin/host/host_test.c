#include "plugin/host/config.c"
#include "plugin/host/host.c"

#include <stdlib.h>
#include <unistd.h>

#include "plugin/fixture.h"

static struct plugin_host host;

static void extensions_are_found_by_their_whole_name(void **state)
{
    (void)state;
    plugin_host_init(&host, GCT_LIT("desk"), GCT_LIT("card"));
    assert_ptr_equal(host.base.get_extension(&host.base, "gct.json/1"), &plugin_host_json);
    assert_ptr_equal(host.base.get_extension(&host.base, "gct.config/1"), &plugin_host_config);
    assert_null(host.base.get_extension(&host.base, "gct.json/1 "));
    assert_null(host.base.get_extension(&host.base, "gct.json/2"));
    assert_null(host.base.get_extension(&host.base, ""));
    assert_null(host.base.get_extension(&host.base, NULL));
    assert_int_equal(host.base.abi, GCT_ABI_CURRENT);
}

static void a_call_serves_only_while_it_runs(void **state)
{
    struct plugin_call call;
    struct gct_arena *arena = gct_arena_new(1024);
    (void)state;
    plugin_host_init(&host, GCT_LIT("desk"), GCT_LIT("card"));
    plugin_call_begin(&call, &host, arena, arena, NULL, 11, 22);
    assert_int_equal(call.base.now_ms, 11);
    assert_int_equal(call.base.seed, 22);
    assert_non_null(call.base.alloc(&call.base, 10, 64));
    assert_null(call.base.alloc(&call.base, 10, 3));
    assert_null(call.base.alloc(&call.base, 10, 128));
    assert_null(call.base.alloc(&call.base, SIZE_MAX, 1));
    assert_int_equal(call.base.emit_event(&call.base, NULL), GCT_DENIED);
    assert_int_equal(call.base.emit_request(&call.base, NULL), GCT_DENIED);
    call.base.explain(&call.base, GCT_LIT("because"));
    assert_slice(call.reason, "because");
    call.base.explain(&call.base, GCT_LIT("\xff"));
    assert_slice(call.reason, "because");
    plugin_call_end(&call);
    assert_null(call.base.alloc(&call.base, 10, 1));
    gct_arena_free(&arena);
}

static void *ask_elsewhere(void *call)
{
    assert_int_equal(plugin_host_thread_check.in_call(call), 0);
    return NULL;
}

static void a_plugin_can_ask_whether_it_is_in_a_call(void **state)
{
    struct plugin_call call;
    struct gct_arena *arena = gct_arena_new(1024);
    const struct gct_ext_thread_check *check = &plugin_host_thread_check;
    pthread_t elsewhere;
    (void)state;
    plugin_host_init(&host, GCT_LIT("desk"), GCT_LIT("card"));
    assert_ptr_equal(host.base.get_extension(&host.base, "gct.thread_check/1"), check);
    plugin_call_begin(&call, &host, arena, arena, NULL, 11, 22);
    assert_int_equal(check->in_call(&call.base), 1);
    assert_int_equal(pthread_create(&elsewhere, NULL, ask_elsewhere, &call.base), 0);
    assert_int_equal(pthread_join(elsewhere, NULL), 0);
    plugin_call_end(&call);
    assert_int_equal(check->in_call(&call.base), 0);
    assert_int_equal(check->in_call(NULL), 0);
    gct_arena_free(&arena);
}

/* What the log gets while act runs. */
static const char *log_of(void (*act)(void *arg), void *arg)
{
    static char text[32768];
    char path[] = "/tmp/guichet-host-XXXXXX";
    int fd = mkstemp(path), old = dup(STDERR_FILENO);
    assert_true(fd >= 0 && old >= 0);
    assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    act(arg);
    assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
    ssize_t len = pread(fd, text, sizeof text - 1u, 0);
    assert_true(len > 0);
    text[len] = '\0';
    assert_int_equal(close(fd) | close(old) | unlink(path), 0);
    return text;
}

static void *say(void *base)
{
    const struct gct_host *to = base;
    to->log(to, GCT_LOG_INFO, GCT_LIT("again"));
    return NULL;
}

static void flood(void *base)
{
    for (int i = 0; i < 1000; i++) {
        (void)say(base);
    }
    gct_log_tell_left_out(INT64_MAX);
}

static size_t lines_of(const char *text, const char *event)
{
    size_t count = 0;
    for (const char *at = strstr(text, event); at != NULL; at = strstr(at + 1, event)) {
        count++;
    }
    return count;
}

static void a_plugin_cannot_flood_the_log(void **state)
{
    (void)state;
    plugin_host_init(&host, GCT_LIT("flooded"), GCT_LIT("card"));
    const char *text = log_of(flood, &host.base);
    /* A second may turn, even twice, in between. */
    size_t said = lines_of(text, "event=plugin.says");
    assert_true(said >= PLUGIN_LOG_LINES && said <= (size_t)3 * PLUGIN_LOG_LINES);
    assert_true(lines_of(text, "event=log.left_out of=plugin.says subject=flooded lines=") > 0);
}

static void say_in_a_call(void *arena)
{
    struct plugin_call call;
    pthread_t elsewhere;
    plugin_call_begin(&call, &host, arena, arena, NULL, 11, 22);
    plugin_call_end(&call);
    plugin_call_begin(&call, &host, arena, arena, NULL, 11, 22);
    call.account = GCT_LIT("104857");
    (void)say(&host.base);
    assert_int_equal(pthread_create(&elsewhere, NULL, say, &host.base), 0);
    assert_int_equal(pthread_join(elsewhere, NULL), 0);
    plugin_call_end(&call);
    (void)say(&host.base);
}

static void a_line_names_the_call_that_it_was_written_in(void **state)
{
    struct gct_arena *arena = gct_arena_new(1024);
    (void)state;
    plugin_host_init(&host, GCT_LIT("shop"), GCT_LIT("card"));
    const char *text = log_of(say_in_a_call, arena);
    assert_int_equal(lines_of(text, " plugin=card channel=shop account=104857 call=2 line=again\n"), 1);
    assert_int_equal(lines_of(text, " plugin=card channel=shop account=\"\" call=0 line=again\n"), 2);
    gct_arena_free(&arena);
}

static void options_are_read_by_name_type_and_scope(void **state)
{
    static const struct gct_slice secret[] = { { GCT_TEXT("hunter2") } };
    static const struct gct_slice name[] = { { GCT_TEXT("Maple") } };
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", secret) };
    static const struct gct_option of_account[] = { FIXTURE_OPTION("token", secret),
                                                    FIXTURE_OPTION("name", name) };
    static const struct gct_account_settings accounts[] = { { { GCT_TEXT("104857") }, of_account, 2 } };
    const struct gct_ext_config *ext = &plugin_host_config;
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, options, 1, accounts, 1);
    const struct gct_config *config = plugin_config_of(&fixture.instance.settings);
    assert_slice(ext->text(config, "api_base"), "https://a.example");
    assert_slice(ext->text(config, "app_secret"), "");
    assert_slice(ext->text(config, "name"), "");
    assert_slice(ext->text(config, "limit"), "");
    assert_slice(ext->text(config, "nothing"), "");
    assert_int_equal(ext->number(config, "limit"), 5);
    assert_int_equal(ext->number(config, "loud"), 0);
    assert_int_equal(ext->flag(config, "loud"), 1);
    assert_int_equal(ext->flag(config, "limit"), 0);
    assert_int_equal(ext->secret_set(config, "app_secret"), 1);
    assert_int_equal(ext->secret_set(config, "verify_token"), 0);
    assert_int_equal(ext->account_count(config), 1);
    assert_slice(ext->account_id(config, 0), "104857");
    assert_slice(ext->account_id(config, 1), "");
    assert_slice(ext->account_text(config, 0, "name"), "Maple");
    assert_slice(ext->account_text(config, 0, "token"), "");
    assert_slice(ext->account_text(config, 1, "name"), "");
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extensions_are_found_by_their_whole_name),
        cmocka_unit_test(a_call_serves_only_while_it_runs),
        cmocka_unit_test(a_plugin_can_ask_whether_it_is_in_a_call),
        cmocka_unit_test(a_plugin_cannot_flood_the_log),
        cmocka_unit_test(a_line_names_the_call_that_it_was_written_in),
        cmocka_unit_test(options_are_read_by_name_type_and_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
