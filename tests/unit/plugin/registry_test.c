#include "plugin/backend/null.c"
#include "plugin/registry.c"
#include "plugin/translate.c"

#include "cmocka_all.h"

static void an_unknown_backend_is_refused(void **state)
{
    struct gct_registry *registry = NULL;
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    assert_int_equal(
        gct_registry_new(&(struct gct_registry_options){ .backend = "sandbox" }, &registry, &err),
        GCT_INVALID);
    assert_string_equal(err.text, "there is no plugin backend \"sandbox\"; there are: inproc null");
    assert_int_equal(gct_registry_new(&(struct gct_registry_options){ .backend = "inproc" }, &registry, &err),
                     GCT_INVALID);
    assert_string_equal(err.text, "plugin backend \"inproc\" needs plugin_dir and run_dir");
    assert_null(registry);
    gct_registry_free(&registry);
}

static void the_null_backend_answers_at_once(void **state)
{
    struct gct_registry *registry = NULL;
    struct gct_instance *instance = NULL;
    struct gct_error err = { GCT_OK, "" };
    struct gct_arena *arena = gct_arena_new(4096);
    const struct gct_http_request hook = { .size = sizeof hook };
    const struct gct_message message = { .size = sizeof message };
    const struct gct_http_response reply = { .size = sizeof reply };
    const struct gct_channel_settings settings = {
        .name = GCT_LIT("desk"), .plugin = GCT_LIT("any"), .file = "f", .line = 2
    };
    int is_down = 1;
    (void)state;
    assert_int_equal(gct_registry_new(&(struct gct_registry_options){ .backend = "null" }, &registry, &err),
                     GCT_OK);
    assert_int_equal(gct_registry_open(registry, &settings, &instance, &err), GCT_OK);
    struct gct_translation translation = { .kind = GCT_DECODE, .hook = &hook, .arena = arena };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_OK);
    assert_int_equal(translation.event_count, 0);
    translation = (struct gct_translation){ .kind = GCT_ENCODE, .message = &message, .arena = arena };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_UNAVAILABLE);
    translation = (struct gct_translation){ .kind = GCT_CLASSIFY, .reply = &reply, .arena = arena };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_UNAVAILABLE);
    assert_int_equal(gct_instance_waiting(instance, &is_down), 0);
    assert_int_equal(is_down, 0);
    assert_slice(gct_instance_name(instance), "desk");
    assert_slice(gct_instance_api_base(instance), "");
    assert_null(gct_instance_verify(instance));
    assert_null(gct_instance_places(instance));
    assert_null(gct_instance_rules(instance));
    assert_int_equal(gct_instance_manifest(instance)->option_count, 0);
    assert_int_equal(gct_instance_has_account(instance, GCT_LIT("1")), 0);
    assert_int_equal(gct_instance_rule(instance, GCT_RULE_WINDOW, 42), 42);
    assert_int_equal(gct_registry_open(registry, &settings, &instance, &err), GCT_CONFLICT);
    assert_string_equal(err.text, "f:2: channel \"desk\": there is another channel of this name");
    gct_registry_free(&registry);
    gct_registry_free(&registry);
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_backend_is_refused),
        cmocka_unit_test(the_null_backend_answers_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
