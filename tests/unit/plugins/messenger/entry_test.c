#include "messenger/entry.c"

#include <stdio.h>

#include "plugins/cmocka_alone.h"

/* A host with one text for each option. */
struct desk {
    struct gct_host host;
    struct gct_call call;
    alignas(max_align_t) unsigned char bytes[4096];
    size_t used;
    char version[32];
    char app_id[32];
    int explained;
    int bare;
};

static struct gct_slice option_text(const struct gct_config *config, const char *option)
{
    const struct desk *desk = (const struct desk *)(const void *)config;
    const char *text = strcmp(option, "graph_version") == 0 ? desk->version
                       : strcmp(option, "app_id") == 0      ? desk->app_id
                                                            : "";

    return (struct gct_slice){ text, strlen(text) };
}

static const struct gct_ext_json json = { .size = sizeof(json) };
static const struct gct_ext_config options = { .size = sizeof(options), .text = option_text };

static const void *extension(const struct gct_host *host, const char *id)
{
    const struct desk *desk = host->self;

    return desk->bare ? NULL : strcmp(id, GCT_EXT_JSON) == 0 ? (const void *)&json : (const void *)&options;
}

static void *take(const struct gct_call *call, size_t bytes, size_t align)
{
    struct desk *desk = call->self;
    size_t at = (desk->used + align - 1) / align * align;

    desk->used = at + bytes;
    return desk->used <= sizeof(desk->bytes) ? desk->bytes + at : NULL;
}

static void hear(const struct gct_call *call, struct gct_slice reason)
{
    struct desk *desk = call->self;

    desk->explained += reason.len > 0;
}

static enum gct_status open_with(struct desk *desk, const char *version, const char *app_id,
                                 struct gct_plugin **plugin)
{
    *desk =
        (struct desk){ .host = { .size = sizeof(desk->host), .self = desk, .get_extension = extension },
                       .call = { .size = sizeof(desk->call), .self = desk, .alloc = take, .explain = hear },
                       .bare = desk->bare };
    desk->call.host = &desk->host;
    (void)snprintf(desk->version, sizeof(desk->version), "%s", version);
    (void)snprintf(desk->app_id, sizeof(desk->app_id), "%s", app_id);
    *plugin = NULL;
    return (enum gct_status)gct_plugin_entry.open(&desk->call, (const struct gct_config *)(const void *)desk,
                                                  plugin);
}

static void options_are_copied_for_they_die_with_open(void **state)
{
    struct desk desk = { .bare = 0 };
    struct gct_plugin *plugin = NULL;
    const struct messenger *self;

    (void)state;
    assert_int_equal(open_with(&desk, "v26.0", "515151515151515", &plugin), GCT_OK);
    self = plugin->self;
    memset(desk.version, 'x', sizeof(desk.version));
    memset(desk.app_id, 'x', sizeof(desk.app_id));
    assert_true(gct_kit_is(self->graph_version, "v26.0"));
    assert_true(gct_kit_is(self->app_id, "515151515151515"));
}

static void options_that_are_not_set_have_their_defaults(void **state)
{
    struct desk desk = { .bare = 0 };
    struct gct_plugin *plugin = NULL;

    (void)state;
    assert_int_equal(open_with(&desk, "", "", &plugin), GCT_OK);
    assert_true(gct_kit_is(((const struct messenger *)plugin->self)->graph_version, "v25.0"));
    assert_int_equal(((const struct messenger *)plugin->self)->app_id.len, 0);
}

static void a_version_that_would_leave_its_place_in_the_path_is_refused(void **state)
{
    static const char *const versions[] = { "../v25.0", "v25.0/me", "..", "v25?x", "v 25" };

    (void)state;
    for (size_t i = 0; i < GCT_KIT_ELEMENTS(versions); i++) {
        struct desk desk = { .bare = 0 };
        struct gct_plugin *plugin = NULL;

        assert_int_equal(open_with(&desk, versions[i], "", &plugin), GCT_INVALID);
        assert_null(plugin);
        assert_int_equal(desk.explained, 1);
    }
}

static void a_host_without_extensions_is_refused_with_a_reason(void **state)
{
    struct desk desk = { .bare = 1 };
    struct gct_plugin *plugin = NULL;

    (void)state;
    assert_int_equal(open_with(&desk, "v25.0", "", &plugin), GCT_INCOMPATIBLE);
    assert_null(plugin);
    assert_int_equal(desk.explained, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_copied_for_they_die_with_open),
        cmocka_unit_test(options_that_are_not_set_have_their_defaults),
        cmocka_unit_test(a_version_that_would_leave_its_place_in_the_path_is_refused),
        cmocka_unit_test(a_host_without_extensions_is_refused_with_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
