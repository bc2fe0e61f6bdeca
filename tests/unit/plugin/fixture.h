/* An instance without a plugin behind it: settings read from options against a manifest, and tables as given.
 */
#ifndef GUICHET_TESTS_UNIT_PLUGIN_FIXTURE_H
#define GUICHET_TESTS_UNIT_PLUGIN_FIXTURE_H

#include <string.h>

#include "base/slice.h"
#include "cmocka_all.h"
#include "plugin/instance.h"

#define FIXTURE_MANIFEST                                                                                     \
    "{\"id\":\"postcard\",\"name\":\"Postcards\",\"version\":\"1.0.0\",\"abi\":\"1.0\",\"options\":["        \
    "{\"name\":\"app_secret\",\"scope\":\"channel\",\"type\":\"secret_list\"},"                              \
    "{\"name\":\"verify_token\",\"scope\":\"channel\",\"type\":\"secret\"},"                                 \
    "{\"name\":\"api_base\",\"scope\":\"channel\",\"type\":\"url\",\"default\":\"https://a.example\"},"      \
    "{\"name\":\"limit\",\"scope\":\"channel\",\"type\":\"number\",\"min\":1,\"max\":10,\"default\":5},"     \
    "{\"name\":\"loud\",\"scope\":\"channel\",\"type\":\"flag\",\"default\":true},"                          \
    "{\"name\":\"mode\",\"scope\":\"channel\",\"type\":\"choice\",\"choices\":[\"slow\",\"fast\"]},"         \
    "{\"name\":\"name\",\"scope\":\"account\",\"type\":\"text\"},"                                           \
    "{\"name\":\"token\",\"scope\":\"account\",\"type\":\"secret\",\"required\":true}]}"

struct fixture {
    struct gct_manifest manifest;
    struct gct_instance instance;
};

#define FIXTURE_OPTION(option, list)                                                                         \
    {                                                                                                        \
        .name = { GCT_TEXT(option) }, .values = (list), .value_count = GCT_COUNT(list), .file = "f.conf",    \
        .line = 3                                                                                            \
    }

static void fixture_open(struct fixture *fixture, const struct gct_option *options, size_t option_count,
                         const struct gct_account_settings *accounts, size_t account_count)
{
    struct gct_error err = { GCT_OK, "" };
    memset(fixture, 0, sizeof *fixture);
    struct gct_instance *instance = &fixture->instance;
    const struct gct_channel_settings settings = { .name = GCT_LIT("desk"),
                                                   .plugin = GCT_LIT("postcard"),
                                                   .options = options,
                                                   .option_count = option_count,
                                                   .accounts = accounts,
                                                   .account_count = account_count,
                                                   .file = "f.conf",
                                                   .line = 1 };
    instance->magic = INSTANCE_MAGIC;
    instance->arena = gct_arena_new((size_t)4 << 20);
    instance->name = settings.name;
    instance->plugin = settings.plugin;
    instance->manifest = &fixture->manifest;
    assert_int_equal(gct_manifest_parse(GCT_LIT(FIXTURE_MANIFEST), instance->arena, &fixture->manifest, &err),
                     GCT_OK);
    if (plugin_settings_read(&settings, &fixture->manifest, instance->arena, &instance->settings, &err) !=
        GCT_OK) {
        fail_msg("%s", err.text);
    }
}

static void fixture_close(struct fixture *fixture)
{
    plugin_settings_free(&fixture->instance.settings);
    gct_arena_free(&fixture->instance.arena);
}

#endif
