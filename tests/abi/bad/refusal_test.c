/* Files that must not be loaded, and the sentence that each is refused with. */
#include "fixture.h"

struct refusal {
    const char *plugin;
    const char *sentence; /* part of it */
};

#define CHANNEL "guichet.conf:7: channel \"desk\": channel plugin "

static const struct refusal refusals[] = {
    { "short_entry", CHANNEL "short_entry: its gct_plugin_entry has 4 bytes, ABI 1.0 needs 24" },
    { "newer_abi", CHANNEL "newer_abi: built for ABI 2.0, this Guichet speaks 1.0" },
    { "older_abi", CHANNEL "older_abi: built for ABI 0.9, this Guichet speaks 1.0" },
    { "entry_id",
      CHANNEL "entry_id: its gct_plugin_entry says it is \"messenger\", its manifest \"entry_id\"" },
    { "no_entry_id",
      CHANNEL "no_entry_id: its gct_plugin_entry says it is \"\", its manifest \"no_entry_id\"" },
    { "no_symbol", CHANNEL "no_symbol: exports no gct_plugin_entry" },
    { "no_manifest", CHANNEL "no_manifest: no manifest: the file has no section .guichet.manifest" },
    { "manifest_text", CHANNEL "manifest_text: manifest: not JSON" },
    { "manifest_id", CHANNEL "manifest_id: its manifest says it is \"messenger\"" },
    { "manifest_abi", CHANNEL "manifest_abi: manifest: needs ABI 1.9, this Guichet speaks 1.0" },
    { "needs_extension",
      CHANNEL "needs_extension: needs host extension gct.time/1, this Guichet (ABI 1.0) has: "
              "gct.config/1 gct.json/1 gct.thread_check/1" },
    { "undefined_symbol", "undefined symbol: gct_nobody_has_this" },
    { "open_fails", CHANNEL "open_fails: open refused: it is Monday" },
    { "open_nothing", CHANNEL "open_nothing: open returned 0 (done) and made no instance" },
    { "no_open", CHANNEL "no_open: its gct_plugin_entry has no open" },
    { "short_plugin", CHANNEL "short_plugin: its gct_plugin has 16 bytes, ABI 1.0 needs 56" },
    { "no_decode", CHANNEL "no_decode: its gct_plugin has no decode" },
    { "no_encode", CHANNEL "no_encode: its gct_plugin has no encode" },
    { "no_classify", CHANNEL "no_classify: its gct_plugin has no classify" },
    { "no_get_extension", CHANNEL "no_get_extension: its gct_plugin has no get_extension" },
    { "no_self", CHANNEL "no_self: its gct_plugin has no self" },
    { "short_table", CHANNEL "short_table: gct.rules/1: its size is 8, ABI 1.0 needs 56" },
    { "short_profile", CHANNEL "short_profile: its gct.profile/1 has 8 bytes, this Guichet needs 24" },
    { "half_profile", CHANNEL "half_profile: its gct.profile/1 lacks a function" },
    { "short_verify", CHANNEL "short_verify: gct.verify/1: its size is 8, ABI 1.0 needs 32" },
    { "short_places", CHANNEL "short_places: gct.places/1: its size is 8, ABI 1.0 needs 24" },
    { "no_signing_secret", "it has no app_secret, with which the platform signs its hooks (X-Signature)" },
    { "token_unknown", "gct.verify/1: token_option verify_token is no secret option of the channel" },
    { "no_token", "it has no verify_token, with which the platform asks for this address" },
    { "place_unknown", "gct.places/1: place {token} stands for an option that the manifest does not have" },
    { "secret_unknown", "gct.verify/1: secret_option app_secret is no secret option of the channel" },
};

static void expect_refused(struct fixture *fixture, const char *plugin, const char *sentence)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_instance *instance = NULL;
    enum gct_status st = fixture_channel(fixture, plugin, &instance, &err);
    assert_null(instance);
    assert_int_not_equal(st, GCT_OK);
    if (strstr(err.text, sentence) == NULL) {
        fail_msg("%s: refused with \"%s\", expected \"%s\"", plugin, err.text, sentence);
    }
}

static void each_wrong_plugin_is_refused_with_its_sentence(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, 0, 0);
    for (size_t i = 0; i < GCT_COUNT(refusals); i++) {
        const char *plugin = refusals[i].plugin;
        fixture_put(&fixture, plugin, fixture_bytes(&fixture, plugin), 0644);
        expect_refused(&fixture, plugin, refusals[i].sentence);
    }
    fixture_close(&fixture);
}

static void the_right_one_opens_beside_the_wrong_ones(void **state)
{
    struct fixture fixture;
    struct gct_error err = { GCT_OK, "" };
    struct gct_instance *instance = NULL;
    (void)state;
    fixture_open(&fixture, 0, 0);
    fixture_put(&fixture, "newer_abi", fixture_bytes(&fixture, "newer_abi"), 0644);
    fixture_put(&fixture, "right", fixture_bytes(&fixture, "right"), 0644);
    expect_refused(&fixture, "newer_abi", "built for ABI 2.0");
    assert_int_equal(fixture_channel(&fixture, "right", &instance, &err), GCT_OK);
    assert_int_equal(gct_registry_count(fixture.registry), 2);
    struct gct_plugin_info refused = gct_registry_info(fixture.registry, 0);
    struct gct_plugin_info loaded = gct_registry_info(fixture.registry, 1);
    assert_string_equal(refused.state, "refused");
    assert_non_null(strstr(refused.refusal.ptr, "built for ABI 2.0, this Guichet speaks 1.0"));
    assert_string_equal(loaded.state, "loaded");
    assert_int_equal(loaded.instances, 1);
    assert_int_equal(strlen(loaded.digest), 64);
    fixture_close(&fixture);
}

static void a_file_that_is_no_plugin_is_refused(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, 0, 0);
    struct gct_slice right = fixture_bytes(&fixture, "right");
    fixture_put(&fixture, "script", GCT_LIT("#!/bin/sh\nexit 0\n"), 0755);
    expect_refused(&fixture, "script", "channel plugin script: not an ELF file");
    fixture_put(&fixture, "empty", GCT_EMPTY, 0644);
    expect_refused(&fixture, "empty", "channel plugin empty: not an ELF file");
    fixture_put(&fixture, "stub", gct_slice_head(right, 20), 0644);
    expect_refused(&fixture, "stub", "the ELF file is cut off: 20 bytes, its header alone has 64");
    fixture_put(&fixture, "half", gct_slice_head(right, right.len / 2), 0644);
    expect_refused(&fixture, "half", "the ELF file is cut off");
    expect_refused(&fixture, "absent", "No such file");
    fixture_close(&fixture);
}

static void a_file_that_others_may_write_is_refused(void **state)
{
    static const unsigned modes[] = { 0666, 0664, 0646 };
    struct fixture fixture;
    char path[512];
    (void)state;
    fixture_open(&fixture, 0, 0);
    for (size_t i = 0; i < GCT_COUNT(modes); i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "mode%zu", i);
        fixture_put(&fixture, name, fixture_bytes(&fixture, "right"), modes[i]);
        expect_refused(&fixture, name, "others than its owner may write it");
    }
    fixture_put(&fixture, "right", fixture_bytes(&fixture, "right"), 0644);
    (void)snprintf(path, sizeof path, "%s/link.so", fixture.plugins);
    assert_int_equal(symlink("right.so", path), 0);
    expect_refused(&fixture, "link", "it is a symbolic link");
    (void)snprintf(path, sizeof path, "%s/folder.so", fixture.plugins);
    assert_int_equal(mkdir(path, 0755), 0);
    expect_refused(&fixture, "folder", "is not a regular file");
    fixture_close(&fixture);
}

static void a_file_of_more_than_32_mib_is_refused(void **state)
{
    struct fixture fixture;
    struct gct_error err = { GCT_OK, "" };
    struct gct_instance *instance = NULL;
    char path[512];
    (void)state;
    fixture_open(&fixture, 0, 0);
    fixture_put(&fixture, "large", fixture_bytes(&fixture, "right"), 0644);
    (void)snprintf(path, sizeof path, "%s/large.so", fixture.plugins);
    assert_int_equal(truncate(path, ((off_t)32 << 20) + 1), 0);
    expect_refused(&fixture, "large", "large.so has 33554433 bytes, at most 33554432 are loaded");
    /* What follows the last section is nothing of a plugin: a hole up to the limit does no harm. */
    fixture_put(&fixture, "right", fixture_bytes(&fixture, "right"), 0644);
    (void)snprintf(path, sizeof path, "%s/right.so", fixture.plugins);
    assert_int_equal(truncate(path, (off_t)32 << 20), 0);
    assert_int_equal(fixture_channel(&fixture, "right", &instance, &err), GCT_OK);
    fixture_close(&fixture);
}

static void a_name_that_is_a_path_is_refused(void **state)
{
    static const char *const names[] = { "../right", "a/b",      "/tmp/right", "..",    ".",
                                         "",         "right.so", "Right",      "r ight" };
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, 0, 0);
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        expect_refused(&fixture, names[i], "no path, no dot");
    }
    fixture_close(&fixture);
}

static void a_folder_that_others_may_enter_holds_no_copies(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, 0, 0);
    assert_int_equal(mkdir(fixture.run, 0700), 0);
    assert_int_equal(chmod(fixture.run, 0755), 0);
    fixture_put(&fixture, "right", fixture_bytes(&fixture, "right"), 0644);
    expect_refused(&fixture, "right", "with mode 700");
    fixture_close(&fixture);
}

static void a_file_that_is_replaced_does_not_change_what_runs(void **state)
{
    struct fixture fixture;
    struct gct_error err = { GCT_OK, "" };
    struct gct_instance *instance = NULL;
    struct gct_http_request hook = { .size = sizeof hook, .body = GCT_LIT("{}") };
    (void)state;
    fixture_open(&fixture, 0, 0);
    fixture_put(&fixture, "right", fixture_bytes(&fixture, "right"), 0644);
    assert_int_equal(fixture_channel(&fixture, "right", &instance, &err), GCT_OK);
    fixture_put(&fixture, "right", GCT_LIT("nothing of use"), 0644);
    struct gct_translation translation = { .kind = GCT_DECODE, .hook = &hook, .arena = fixture.arena };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_OK);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_plugin_is_refused_with_its_sentence),
        cmocka_unit_test(the_right_one_opens_beside_the_wrong_ones),
        cmocka_unit_test(a_file_that_is_no_plugin_is_refused),
        cmocka_unit_test(a_file_that_others_may_write_is_refused),
        cmocka_unit_test(a_file_of_more_than_32_mib_is_refused),
        cmocka_unit_test(a_name_that_is_a_path_is_refused),
        cmocka_unit_test(a_folder_that_others_may_enter_holds_no_copies),
        cmocka_unit_test(a_file_that_is_replaced_does_not_change_what_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
