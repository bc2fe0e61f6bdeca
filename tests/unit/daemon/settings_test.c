#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cmocka_all.h"
#include "daemon/settings.c"
#include "daemon/settings_print.c"

struct reading_desk {
    char folder[40];
    char file[64];
    struct gct_settings *settings;
    struct gct_registry *registry;
    struct gct_problems problems;
};

static int open_desk(void **state)
{
    struct reading_desk *desk = gct_heap_new(sizeof *desk);
    (void)snprintf(desk->folder, sizeof desk->folder, "/tmp/guichet-settings-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    (void)snprintf(desk->file, sizeof desk->file, "%s/g.conf", desk->folder);
    *state = desk;
    return 0;
}

static void forget(struct reading_desk *desk)
{
    gct_registry_free(&desk->registry);
    gct_settings_free(&desk->settings);
    gct_buffer_free(&desk->problems.text);
    desk->problems = (struct gct_problems){ 0 };
}

static int close_desk(void **state)
{
    struct reading_desk *desk = *state;
    char run[64];
    forget(desk);
    (void)snprintf(run, sizeof run, "%s/run", desk->folder);
    (void)rmdir(run);
    (void)unlink(desk->file);
    (void)rmdir(desk->folder);
    free(desk);
    return 0;
}

/* Loads a file with these lines; data_dir is the desk's folder. */
static enum gct_status load(struct reading_desk *desk, const char *lines)
{
    struct gct_buffer text = { 0 };
    struct gct_error err = { 0 };
    forget(desk);
    gct_buffer_add_format(&text, "%s", lines);
    assert_int_equal(gct_file_write(desk->file, gct_buffer_slice(&text), 0600u, &err), GCT_OK);
    gct_buffer_free(&text);
    return gct_settings_load(desk->file, 0, &desk->settings, &desk->registry, &desk->problems);
}

static void an_empty_file_gives_the_defaults(void **state)
{
    struct reading_desk *desk = *state;
    assert_int_equal(load(desk, "data_dir = \"/tmp\"\n"), GCT_OK);
    assert_string_equal(desk->settings->listen.items[0], "127.0.0.1:8080");
    assert_string_equal(desk->settings->store_path, "/tmp/guichet.db");
    assert_int_equal(desk->settings->hook_body_bytes, 1048576);
    assert_int_equal(desk->settings->channel_count, 0);
    assert_null(desk->settings->tls_certificate);
}

static void every_fault_is_a_sentence_with_its_place(void **state)
{
    struct reading_desk *desk = *state;
    static const struct {
        const char *lines;
        const char *says;
    } cases[] = {
        { "data_dir = \"/tmp\"\nbogus = 3\n", "g.conf:2: no such option 'bogus'" },
        { "data_dir = \"/tmp\"\nlisten = {\"a\"\n", "g.conf:" },
        { "\ndata_dir = \"here\"\n", "g.conf:2: data_dir is \"here\"; it begins with /" },
        { "data_dir = \"/tmp\"\nstore = \"mysql:x\"\n\n", "g.conf:2: store is \"mysql:x\"" },
        { "data_dir = \"/tmp\"\npublic_url = \"desk.example.com\"\n\n",
          "g.conf:2: public_url is \"desk.example.com\"" },
        { "data_dir = \"/tmp\"\npublic_url = \"https://a.b/c\"\n", "no path" },
        { "data_dir = \"/tmp\"\ntrusted_proxies = {\n \"::1\",\n \"10.0.0.0/0\"}\n\n",
          "g.conf:4: trusted_proxies has \"10.0.0.0/0\"; it takes addresses" },
        { "data_dir = \"/tmp\"\nlisten = {\"127.0.0.1:1\", \"[::1]:2\", \"localhost:3\"}\n\n",
          "g.conf:2: listen has \"localhost:3\"; it takes" },
        { "listen = \"8080\"\ndata_dir = \"/tmp\"\n", "g.conf:1: listen has \"8080\"" },
        { "data_dir = \"/tmp\"\nhook_body_bytes = 7\n\n\n", "g.conf:2: hook_body_bytes is 7" },
        { "reopen_hours = many\ndata_dir = \"/tmp\"\n", "g.conf:1: reopen_hours is many" },
        { "data_dir = \"/tmp\"\ntls {\n certificate = \"c.pem\"\n}\n",
          "g.conf:3: tls has a certificate and no key" },
        { "data_dir = \"/tmp\"\ntls {\n key = \"k.pem\" }\n\n",
          "g.conf:3: tls has a key and no certificate" },
        { "data_dir = \"/tmp\"\ntls { }\n", "tls has no certificate and no key" },
        { "data_dir = \"/tmp\"\nchannel \"a b\" {\n plugin = \"x\"\n}\n", "channel \"a b\": a name is" },
        { "data_dir = \"/tmp\"\nchannel \"a\" {\n}\n", "channel a has no plugin" },
        { "data_dir = \"/tmp\"\nchannel \"a\" {\n}\nchannel \"a\" {\n}\n", "duplicate" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_int_equal(load(desk, cases[i].lines), GCT_INVALID);
        if (strstr(desk->problems.text.ptr, cases[i].says) == NULL) {
            fail_msg("case %zu says: %s", i, desk->problems.text.ptr);
        }
    }
}

static void a_file_that_ends_too_early_is_refused(void **state)
{
    struct reading_desk *desk = *state;
    static const struct {
        const char *lines;
        const char *says;
    } cases[] = {
        { "data_dir = \"/tmp\"\nchannel \"a\" {\n plugin = \"x\"\n",
          "g.conf:3: the file ends inside of channel \"a\": a } is missing" },
        { "channel \"a\" {\n}\nchannel \"b\" {\n account \"1\" {\n }\n",
          "g.conf:5: the file ends inside of channel \"b\"" },
        { "channel \"a\" {\n account \"1\" {", "g.conf:2: the file ends inside of channel \"a\"" },
        { "tls {\n certificate = \"c\"\n key = \"k\"", "g.conf:3: the file ends inside of tls" },
        { "/* data_dir = \"/tmp\"\n", "g.conf:1: the file ends inside of a section or comment" },
        { "data_dir = \"/tmp\n", "g.conf:" },
        { "data_dir = '/tmp\n", "g.conf:" },
        { "data_dir = \"\\999\"\n", "bad escape" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_int_equal(load(desk, cases[i].lines), GCT_INVALID);
        if (strstr(desk->problems.text.ptr, cases[i].says) == NULL) {
            fail_msg("case %zu says: %s", i, desk->problems.text.ptr);
        }
        /* What was left open has no say in the next file. */
        if (load(desk, "data_dir = \"/tmp\"\nreopen_hours = 5") != GCT_OK ||
            desk->settings->reopen_hours != 5) {
            fail_msg("after case %zu a right file says: %s", i, desk->problems.text.ptr);
        }
    }
}

static void the_mark_of_the_end_is_no_option(void **state)
{
    struct reading_desk *desk = *state;
    assert_int_equal(load(desk, "data_dir = \"/tmp\"\n" END_OPTION " = true\n"), GCT_INVALID);
    assert_non_null(strstr(desk->problems.text.ptr, "g.conf:2: no such option"));
    assert_int_equal(load(desk, ""), GCT_OK);
    assert_string_equal(desk->settings->data_dir, "/var/lib/guichet");
}

static void proxies_are_trusted_only_by_name(void **state)
{
    struct reading_desk *desk = *state;
    assert_int_equal(load(desk, "data_dir = \"/tmp\"\n"), GCT_OK);
    assert_int_equal(desk->settings->trusted_proxies.count, 0);
    assert_int_equal(load(desk, "data_dir = \"/tmp\"\ntrusted_proxies = {\"127.0.0.1\", \"fd00::/8\"}\n"),
                     GCT_OK);
    assert_int_equal(desk->settings->trusted_proxies.count, 2);
    assert_int_equal(desk->settings->proxies[0].bits, 128);
    assert_int_equal(desk->settings->proxies[1].bits, 8);
}

static void a_file_that_is_not_there_is_said(void **state)
{
    struct reading_desk *desk = *state;
    assert_int_equal(
        gct_settings_load("/nonexistent/g.conf", 0, &desk->settings, &desk->registry, &desk->problems),
        GCT_INVALID);
    assert_non_null(strstr(desk->problems.text.ptr, "/nonexistent/g.conf"));
}

static void what_is_in_force_can_be_printed_and_read_again(void **state)
{
    struct reading_desk *desk = *state;
    struct gct_buffer first = { 0 };
    struct gct_buffer second = { 0 };
    assert_int_equal(load(desk,
                          "data_dir = \"/tmp\"\nlisten = {\"127.0.0.1:1\", \"[::1]:2\"}\nreopen_hours = 5\n"
                          "tls { certificate = \"a \\\"b\\\" \\\\c.pem\"  key = \"#k.pem\" }\n"),
                     GCT_OK);
    gct_settings_print(desk->settings, desk->registry, &first);
    assert_int_equal(load(desk, first.ptr), GCT_OK);
    gct_settings_print(desk->settings, desk->registry, &second);
    assert_string_equal(first.ptr, second.ptr);
    assert_string_equal(desk->settings->tls_certificate, "/tmp/a \"b\" \\c.pem");
    assert_string_equal(desk->settings->tls_key, "/tmp/#k.pem");
    assert_int_equal(desk->settings->listen.count, 2);
    gct_buffer_free(&first);
    gct_buffer_free(&second);
}

/* What the manifest of a plugin says of three options. */
static void every_value_of_an_option_is_printed_but_for_secrets(void **state)
{
    static const struct gct_slice modes[] = { { GCT_TEXT("bridge") }, { GCT_TEXT("a \"b\" \\c") } };
    static const struct gct_slice secrets[] = { { GCT_TEXT("old") }, { GCT_TEXT("new") } };
    static const struct gct_manifest_option known[] = {
        { .name = { GCT_TEXT("modes") }, .type = GCT_OPTION_TEXT },
        { .name = { GCT_TEXT("bridge_secret") }, .type = GCT_OPTION_SECRET_LIST },
    };
    static const struct gct_manifest manifest = { .options = known, .option_count = GCT_COUNT(known) };
    const struct gct_option options[] = {
        { .name = GCT_LIT("modes"), .values = modes, .value_count = 2 },
        { .name = GCT_LIT("modes"), .values = modes, .value_count = 1 },
        { .name = GCT_LIT("bridge_secret"), .values = secrets, .value_count = 2 },
        { .name = GCT_LIT("other"), .values = secrets, .value_count = 1 },
    };
    struct gct_buffer out = { 0 };
    (void)state;
    print_options(&out, "  ", options, GCT_COUNT(options), &manifest, 0);
    assert_string_equal(out.ptr, "  modes = { \"bridge\", \"a \\\"b\\\" \\\\c\" }\n"
                                 "  modes = \"bridge\"\n"
                                 "  bridge_secret = # set (2)\n"
                                 "  other = # set (1)\n");
    gct_buffer_free(&out);
}

/* ---- the sample file ---- */

/* What stands behind "NAME =" in a line of its own, commented or not; empty when there is none. */
static struct gct_slice shown(struct gct_slice file, struct gct_slice name)
{
    while (file.len > 0) {
        struct gct_slice line = gct_slice_head(file, gct_slice_find(file, '\n'));
        struct gct_slice key = gct_slice_trim(gct_slice_head(line, gct_slice_find(line, '=')));
        file = gct_slice_from(file, line.len + 1u);
        if (gct_slice_starts(key, GCT_LIT("# "))) {
            key = gct_slice_trim(gct_slice_from(key, 2));
        }
        if (gct_slice_eq(key, name)) {
            return gct_slice_trim(gct_slice_from(line, gct_slice_find(line, '=') + 1u));
        }
    }
    return GCT_EMPTY;
}

/* standard: the default, or empty when anything may stand there as an example. */
static void expect_shown(struct gct_slice file, struct gct_slice name, struct gct_slice standard, int quoted)
{
    char text[200];
    struct gct_slice value = shown(file, name);
    (void)snprintf(text, sizeof text, quoted ? "\"%.*s\"" : "%.*s", GCT_ARG(standard));
    if (value.len == 0 || (standard.len > 0 && !gct_slice_is(value, text))) {
        fail_msg("config/guichet.conf: %.*s = \"%.*s\", expected %s", GCT_ARG(name), GCT_ARG(value), text);
    }
}

static void the_sample_file_has_every_option(void **state)
{
    struct gct_arena *arena = gct_arena_new((size_t)1u << 20);
    struct gct_error err = { GCT_OK, "" };
    struct gct_slice file = GCT_EMPTY;
    struct gct_slice manifest = GCT_EMPTY;
    (void)state;
    assert_int_equal(gct_file_read(GCT_SOURCE_DIR "/config/guichet.conf", 1u << 16, arena, &file, &err),
                     GCT_OK);
    assert_int_equal(
        gct_file_read(GCT_SOURCE_DIR "/plugins/messenger/manifest.json", 1u << 16, arena, &manifest, &err),
        GCT_OK);
#define EXPECT_SHOWN(name, kind, standard, least, most, change, help)                                        \
    expect_shown(file, GCT_LIT(#name), GCT_LIT(standard), (most) == 0);
    GCT_SETTING_TABLE(EXPECT_SHOWN)
#undef EXPECT_SHOWN
    struct gct_json *json = gct_json_parse(manifest, &err);
    const struct gct_json *options = gct_json_get(json, "options");
    assert_true(gct_json_count(options) > 0);
    for (size_t i = 0; i < gct_json_count(options); i++) {
        const struct gct_json *option = gct_json_at(options, i);
        expect_shown(file, gct_json_text(gct_json_get(option, "name")),
                     gct_json_text(gct_json_get(option, "default")), 1);
    }
    gct_json_free(&json);
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_file_gives_the_defaults, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(every_fault_is_a_sentence_with_its_place, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_file_that_ends_too_early_is_refused, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_mark_of_the_end_is_no_option, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(proxies_are_trusted_only_by_name, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_said, open_desk, close_desk),
        cmocka_unit_test(every_value_of_an_option_is_printed_but_for_secrets),
        cmocka_unit_test(the_sample_file_has_every_option),
        cmocka_unit_test_setup_teardown(what_is_in_force_can_be_printed_and_read_again, open_desk,
                                        close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
