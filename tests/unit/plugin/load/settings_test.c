#include "plugin/load/settings.c"

#include "plugin/fixture.h"

static const struct gct_slice one[] = { { GCT_TEXT("one") } };
static const struct gct_slice two[] = { { GCT_TEXT("one") }, { GCT_TEXT("two") } };
static const struct gct_slice empty[] = { { "", 0 } };
static const struct gct_slice twelve[] = { { GCT_TEXT("12") } };
static const struct gct_slice encoded[] = { { GCT_TEXT("whsec_c2VjcmV0") } };
static const struct gct_slice badly_encoded[] = { { GCT_TEXT("whsec_not base64") } };
static const struct gct_option account_options[] = { FIXTURE_OPTION("token", one),
                                                     FIXTURE_OPTION("name", one) };

static void values_are_typed_and_defaults_stand_in(void **state)
{
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", two) };
    static const struct gct_account_settings accounts[] = { { { GCT_TEXT("1") }, account_options, 2 },
                                                            { { GCT_TEXT("2") }, account_options, 1 } };
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, options, 1, accounts, 2);
    const struct plugin_settings *settings = &fixture.instance.settings;
    assert_int_equal(plugin_settings_value(settings, NULL, "app_secret")->secret_count, 2);
    assert_slice(plugin_settings_value(settings, NULL, "api_base")->text, "https://a.example");
    assert_int_equal(plugin_settings_value(settings, NULL, "limit")->number, 5);
    assert_int_equal(plugin_settings_value(settings, NULL, "loud")->number, 1);
    assert_null(plugin_settings_value(settings, NULL, "token"));
    assert_null(plugin_settings_value(settings, NULL, "nothing"));
    const struct plugin_account *account = plugin_settings_account(settings, GCT_LIT("2"));
    assert_non_null(account);
    assert_slice(plugin_settings_value(settings, account, "token")->secrets[0].value, "one");
    assert_null(plugin_settings_value(settings, account, "token")->secrets[0].hmac);
    assert_slice(plugin_settings_value(settings, account, "name")->text, "");
    assert_null(plugin_settings_account(settings, GCT_LIT("3")));
    fixture_close(&fixture);
    plugin_settings_free(&fixture.instance.settings);
}

static void a_standard_webhooks_secret_is_the_base64_of_its_key(void **state)
{
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", encoded) };
    struct fixture fixture;
    unsigned char ours[GCT_SHA256_BYTES];
    unsigned char theirs[GCT_SHA256_BYTES];
    struct gct_slice text = GCT_LIT("text");
    struct gct_hmac *hmac = gct_hmac_new(GCT_LIT("secret"));
    (void)state;
    fixture_open(&fixture, options, 1, NULL, 0);
    gct_hmac_sign(hmac, &text, 1, theirs);
    gct_hmac_sign(plugin_settings_value(&fixture.instance.settings, NULL, "app_secret")->secrets[0].hmac,
                  &text, 1, ours);
    assert_memory_equal(ours, theirs, sizeof ours);
    gct_hmac_free(&hmac);
    fixture_close(&fixture);
}

static void expect_refused(const struct gct_option *options, size_t count,
                           const struct gct_account_settings *accounts, size_t account_count,
                           const char *sentence)
{
    struct gct_manifest manifest;
    struct plugin_settings settings;
    struct gct_error err = { GCT_OK, "" };
    struct gct_arena *arena = gct_arena_new((size_t)1 << 20);
    const struct gct_channel_settings given = { .name = GCT_LIT("desk"),
                                                .plugin = GCT_LIT("postcard"),
                                                .options = options,
                                                .option_count = count,
                                                .accounts = accounts,
                                                .account_count = account_count,
                                                .file = "f.conf",
                                                .line = 1 };
    assert_int_equal(gct_manifest_parse(GCT_LIT(FIXTURE_MANIFEST), arena, &manifest, &err), GCT_OK);
    assert_int_equal(plugin_settings_read(&given, &manifest, arena, &settings, &err), GCT_INVALID);
    assert_null(settings.values);
    if (strstr(err.text, sentence) == NULL) {
        fail_msg("\"%s\", expected \"%s\"", err.text, sentence);
    }
    gct_arena_free(&arena);
}

static void each_wrong_option_has_its_sentence(void **state)
{
    static const struct {
        struct gct_option options[2];
        size_t count;
        const char *sentence;
    } cases[] = {
        { { FIXTURE_OPTION("tokn", one) },
          1,
          "f.conf:3: plugin postcard has no option tokn for a channel; it has: app_secret verify_token "
          "api_base" },
        { { FIXTURE_OPTION("token", one) },
          1,
          "f.conf:3: plugin postcard has no option token for a channel" },
        { { FIXTURE_OPTION("limit", one) }, 1, "f.conf:3: limit must be a whole number, not \"one\"" },
        { { FIXTURE_OPTION("limit", twelve) }, 1, "f.conf:3: limit must be between 1 and 10, not 12" },
        { { FIXTURE_OPTION("mode", one) }, 1, "f.conf:3: mode must be one of: slow fast; not \"one\"" },
        { { FIXTURE_OPTION("loud", one) }, 1, "f.conf:3: loud must be true or false" },
        { { FIXTURE_OPTION("api_base", one) }, 1, "f.conf:3: api_base must be an address" },
        { { FIXTURE_OPTION("app_secret", empty) }, 1, "f.conf:3: app_secret is empty" },
        { { FIXTURE_OPTION("verify_token", two) },
          1,
          "f.conf:3: verify_token (secret) takes one value, not 2" },
        { { FIXTURE_OPTION("app_secret", badly_encoded) },
          1,
          "a secret that begins with whsec_ must go on in base64" },
        { { FIXTURE_OPTION("app_secret", one), FIXTURE_OPTION("app_secret", one) },
          2,
          "app_secret stands twice" },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        expect_refused(cases[i].options, cases[i].count, NULL, 0, cases[i].sentence);
    }
}

static void each_wrong_account_has_its_sentence(void **state)
{
    static const struct gct_account_settings twice[] = { { { GCT_TEXT("1") }, account_options, 1 },
                                                         { { GCT_TEXT("1") }, account_options, 1 } };
    static const struct gct_account_settings without[] = { { { GCT_TEXT("1") }, account_options + 1, 1 } };
    static const struct gct_account_settings spaced[] = { { { GCT_TEXT("a b") }, account_options, 1 } };
    static const struct gct_account_settings untitled[] = { { { "", 0 }, account_options, 1 } };
    (void)state;
    expect_refused(NULL, 0, twice, 2, "f.conf:1: channel \"desk\": account \"1\" stands twice");
    expect_refused(NULL, 0, without, 1, "f.conf:1: account \"1\" has no token, which plugin postcard needs");
    expect_refused(NULL, 0, spaced, 1, "the title of an account is its id on the platform");
    expect_refused(NULL, 0, untitled, 1, "the title of an account is its id on the platform");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_typed_and_defaults_stand_in),
        cmocka_unit_test(a_standard_webhooks_secret_is_the_base64_of_its_key),
        cmocka_unit_test(each_wrong_option_has_its_sentence),
        cmocka_unit_test(each_wrong_account_has_its_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
