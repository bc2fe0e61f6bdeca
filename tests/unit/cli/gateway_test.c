#include "cli/gateway.c"

#include <pthread.h>

#include "cli/site.h"

#define ADD                                                                                                  \
    "{\"command\":\"user add\",\"arguments\":{\"login\":\"anna\",\"role\":\"admin\",\"name\":\"Anna\","      \
    "\"password\":\"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA\"}}"
#define LIST "{\"command\":\"user list\"}"

static struct cli_gateway *open_gateway(const struct site *site)
{
    struct cli_gateway *gateway = NULL;
    struct gct_error err = { GCT_OK, "" };
    assert_ok(cli_gateway_open(site->config, &gateway, &err), err);
    return gateway;
}

/* How many items the answer has. */
static size_t ask(struct cli_gateway *gateway, const char *text)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *request = gct_json_parse(gct_slice_of(text), &err);
    struct gct_json *answer = NULL;
    assert_non_null(request);
    assert_ok(cli_gateway_ask(gateway, request, &answer, &err), err);
    assert_slice(gct_json_text(gct_json_get(answer, "status")), "ok");
    size_t count = gct_json_count(gct_json_get(answer, "items"));
    gct_json_free(&answer);
    gct_json_free(&request);
    return count;
}

static void without_a_gateway_the_store_is_ours_alone(void **state)
{
    struct site *site = *state;
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    struct cli_gateway *gateway = open_gateway(site);
    assert_ok(gct_lock_take(site->run, &fd, &err), err);
    gct_lock_free(&fd);
    (void)ask(gateway, ADD);
    assert_int_equal(gct_lock_take(site->run, &fd, &err), GCT_AGAIN);
    assert_int_equal(ask(gateway, LIST), 1);
    cli_gateway_free(&gateway);
    assert_ok(gct_lock_take(site->run, &fd, &err), err);
    gct_lock_free(&fd);
}

static void a_gateway_that_runs_is_asked(void **state)
{
    struct site *site = *state;
    site_open(site);
    site_listen(site);
    struct cli_gateway *gateway = open_gateway(site);
    (void)ask(gateway, ADD);
    assert_int_equal(atomic_load(&site->people_changed), 1);
    assert_int_equal(ask(gateway, LIST), 1);
    assert_null(gateway->store);
    cli_gateway_free(&gateway);
}

static void *start_late(void *arg)
{
    const struct timespec pause = { 0, 200000000L };
    (void)nanosleep(&pause, NULL);
    site_listen(arg);
    return NULL;
}

static void a_gateway_that_starts_is_waited_for(void **state)
{
    struct site *site = *state;
    pthread_t thread;
    site_open(site);
    struct cli_gateway *gateway = open_gateway(site);
    assert_int_equal(pthread_create(&thread, NULL, start_late, site), 0);
    (void)ask(gateway, ADD);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(atomic_load(&site->people_changed), 1);
    cli_gateway_free(&gateway);
}

static void a_socket_that_nobody_serves_is_no_gateway(void **state)
{
    struct site *site = *state;
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    assert_ok(gct_link_listen(site->socket, &fd, &err), err);
    (void)close(fd);
    struct cli_gateway *gateway = open_gateway(site);
    assert_int_equal(ask(gateway, LIST), 0);
    cli_gateway_free(&gateway);
}

static void channels_of_a_broken_plugin_can_still_be_paused(void **state)
{
    struct site *site = *state;
    site_configure(site, "channel \"maple\" {\n  plugin = \"nothing\"\n  account \"17\" { }\n}\n");
    struct cli_gateway *gateway = open_gateway(site);
    assert_int_equal(ask(gateway, "{\"command\":\"channel list\"}"), 1);
    (void)ask(gateway, "{\"command\":\"channel pause\",\"arguments\":{\"channel\":\"maple\"}}");
    assert_int_equal(ask(gateway, "{\"command\":\"plugin list\"}"), 1);
    cli_gateway_free(&gateway);
}

static void what_is_wrong_with_the_file_is_said(void **state)
{
    struct site *site = *state;
    struct cli_gateway *gateway = NULL;
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(cli_gateway_open("/nonexistent/guichet.conf", &gateway, &err), GCT_INVALID);
    assert_non_null(strstr(err.text, "/nonexistent/guichet.conf"));
    assert_null(gateway);
    site_configure(site, "colour = \"blue\"\n");
    assert_int_equal(cli_gateway_open(site->config, &gateway, &err), GCT_INVALID);
    assert_non_null(strstr(err.text, "colour"));
    site_configure(site, "store = \"oracle:x\"\n");
    assert_int_equal(cli_gateway_open(site->config, &gateway, &err), GCT_INVALID);
    assert_non_null(strstr(err.text, "oracle:x"));
}

static void what_root_makes_is_the_owners(void **state)
{
    static const char *const files[] = { "guichet.db", "guichet.db-wal", "run", "run/guichetd.lock" };
    struct site *site = *state;
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(chown(site->data, 65534, 65534), 0);
    struct cli_gateway *gateway = open_gateway(site);
    (void)ask(gateway, ADD);
    for (size_t i = 0; i < GCT_COUNT(files); i++) {
        struct stat info;
        char path[160];
        (void)snprintf(path, sizeof path, "%s/%s", site->data, files[i]);
        assert_int_equal(lstat(path, &info), 0);
        assert_int_equal(info.st_uid, 65534);
    }
    cli_gateway_free(&gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(without_a_gateway_the_store_is_ours_alone),
        ON_SITE(a_gateway_that_runs_is_asked),
        ON_SITE(a_gateway_that_starts_is_waited_for),
        ON_SITE(a_socket_that_nobody_serves_is_no_gateway),
        ON_SITE(channels_of_a_broken_plugin_can_still_be_paused),
        ON_SITE(what_is_wrong_with_the_file_is_said),
        ON_SITE(what_root_makes_is_the_owners),
    };
    return cmocka_run_group_tests_name("cli/gateway", tests, NULL, NULL);
}
