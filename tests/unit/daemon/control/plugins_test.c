#include "daemon/control/plugins.c"

#include <string.h>

#include "cmocka_all.h"

static void a_refused_plugin_is_listed_with_its_sentence(void **state)
{
    const struct gct_registry_options options = { .plugin_dir = "/nonexistent",
                                                  .run_dir = "/nonexistent",
                                                  .backend = "inproc" };
    const struct gct_channel_settings channel = { .name = GCT_LIT("maple"), .plugin = GCT_LIT("postcard") };
    const struct gct_settings settings = { .channels = &channel, .channel_count = 1 };
    const struct gct_manifest *manifest = NULL;
    struct gct_registry *registry = NULL;
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    assert_int_equal(gct_registry_new(&options, &registry, &err), GCT_OK);
    assert_int_not_equal(gct_registry_manifest(registry, GCT_LIT("postcard"), &manifest, &err), GCT_OK);
    struct gct_json *list = gct_plugins_json(registry, &settings);
    assert_int_equal(gct_json_count(list), 1);
    const struct gct_json *plugin = gct_json_at(list, 0);
    assert_slice(gct_json_text(gct_json_get(plugin, "state")), "refused");
    assert_slice(gct_json_text(gct_json_get(plugin, "refusal")), err.text);
    assert_slice(gct_json_text(gct_json_at(gct_json_get(plugin, "channels"), 0)), "maple");
    assert_int_equal(gct_json_type(gct_json_get(plugin, "abi")), GCT_JSON_IS_NULL);
    gct_json_free(&list);
    gct_registry_free(&registry);
}

static void no_registry_has_no_plugins(void **state)
{
    const struct gct_settings settings = { .channel_count = 0 };
    (void)state;
    struct gct_json *list = gct_plugins_json(NULL, &settings);
    assert_int_equal(gct_json_type(list), GCT_JSON_IS_ARRAY);
    assert_int_equal(gct_json_count(list), 0);
    gct_json_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_plugin_is_listed_with_its_sentence),
        cmocka_unit_test(no_registry_has_no_plugins),
    };
    return cmocka_run_group_tests_name("daemon/control/plugins", tests, NULL, NULL);
}
