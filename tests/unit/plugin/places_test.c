#include "plugin/places.c"

#include "fixture.h"

#define TOKEN "EAAB+c/d=="

static const struct gct_place token = { sizeof token, GCT_PLACE_SECRET, "token", "token", NULL };
static const struct gct_place proof = { sizeof proof, GCT_PLACE_HMAC_SHA256_HEX, "proof", "token",
                                        "app_secret" };
static const struct gct_place title = { sizeof title, GCT_PLACE_SECRET, "title", "name", NULL };
static const struct gct_place *const places[] = { &token, &proof, &title };
static const struct gct_ext_places table = { .size = sizeof table, .places = places, .place_count = 3 };

static struct fixture fixture;
static struct gct_arena *arena;

static int setup(void **state)
{
    static const struct gct_slice secret[] = { { GCT_TEXT("app secret") } };
    static const struct gct_slice tokens[] = { { GCT_TEXT(TOKEN) } };
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", secret) };
    static const struct gct_option account_options[] = { FIXTURE_OPTION("token", tokens) };
    static const struct gct_account_settings accounts[] = { { { GCT_TEXT("104857") }, account_options, 1 } };
    (void)state;
    fixture_open(&fixture, options, 1, accounts, 1);
    fixture.instance.tables.places = &table;
    arena = gct_arena_new((size_t)1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gct_arena_free(&arena);
    fixture_close(&fixture);
    return 0;
}

static enum gct_status fill_request(const char *query, const char *value, const struct gct_http_request **out,
                                    struct gct_error *err)
{
    const struct gct_header header = { GCT_LIT("Authorization"), gct_slice_of(value) };
    const struct gct_http_request request = { .size = sizeof request,
                                              .method = GCT_LIT("POST"),
                                              .path = GCT_LIT("/v1/{token}"),
                                              .query = gct_slice_of(query),
                                              .headers = &header,
                                              .header_count = 1,
                                              .body = GCT_LIT("say {token}") };
    return gct_places_fill(&fixture.instance, GCT_LIT("104857"), &request, arena, out, err);
}

static void queries_are_encoded_and_headers_are_not(void **state)
{
    const struct gct_http_request *out = NULL;
    (void)state;
    assert_int_equal(fill_request("a=1&access_token={token}", "OAuth {token}", &out, NULL), GCT_OK);
    assert_slice(out->query, "a=1&access_token=EAAB%2Bc%2Fd%3D%3D");
    assert_slice(out->headers[0].value, "OAuth " TOKEN);
    assert_slice(out->headers[0].name, "Authorization");
}

static void path_and_body_have_no_places(void **state)
{
    const struct gct_http_request *out = NULL;
    (void)state;
    assert_int_equal(fill_request("", "", &out, NULL), GCT_OK);
    assert_slice(out->path, "/v1/{token}");
    assert_slice(out->body, "say {token}");
}

static void a_proof_is_the_hmac_of_one_option_under_another(void **state)
{
    const struct gct_http_request *out = NULL;
    unsigned char digest[GCT_SHA256_BYTES];
    char hex[HEX_BYTES];
    struct gct_slice text = GCT_LIT(TOKEN);
    struct gct_hmac *hmac = gct_hmac_new(GCT_LIT("app secret"));
    (void)state;
    gct_hmac_sign(hmac, &text, 1, digest);
    gct_hmac_free(&hmac);
    gct_hex_encode(digest, sizeof digest, hex);
    assert_int_equal(fill_request("{proof}", "{}", &out, NULL), GCT_OK);
    assert_slice(out->query, hex);
}

static void a_brace_that_is_no_place_stays(void **state)
{
    const struct gct_http_request *out = NULL;
    (void)state;
    assert_int_equal(fill_request("", "{} {A} {tok en} {token {", &out, NULL), GCT_OK);
    assert_slice(out->headers[0].value, "{} {A} {tok en} {token {");
}

static void what_cannot_be_filled_is_said(void **state)
{
    const struct gct_http_request *out = NULL;
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    assert_int_equal(fill_request("{password}", "", &out, &err), GCT_INVALID);
    assert_string_equal(err.text, "plugin postcard describes no place {password}");
    assert_null(out);
    assert_int_equal(fill_request("", "{title}", &out, &err), GCT_UNAVAILABLE);
    assert_string_equal(err.text, "account 104857 of channel \"desk\" has no name");
    const struct gct_http_request request = { .size = sizeof request };
    assert_int_equal(gct_places_fill(&fixture.instance, GCT_LIT("1"), &request, arena, &out, &err),
                     GCT_NOT_FOUND);
    assert_string_equal(err.text, "channel \"desk\" has no account 1");
    struct gct_arena *small = gct_arena_new(150);
    const struct gct_http_request large = { .size = sizeof large, .query = GCT_LIT("{proof}{proof}{proof}") };
    assert_int_equal(gct_places_fill(&fixture.instance, GCT_LIT("104857"), &large, small, &out, &err),
                     GCT_LIMIT);
    gct_arena_free(&small);
}

static void a_value_with_a_line_break_goes_nowhere(void **state)
{
    const struct gct_http_request *out = NULL;
    struct gct_error err = { GCT_OK, "" };
    struct plugin_value *value = &fixture.instance.settings.accounts[0].values[6];
    (void)state;
    assert_slice(fixture.manifest.options[6].name, "name");
    value->text = GCT_LIT("a\r\nHost: evil.example");
    assert_int_equal(fill_request("", "{title}", &out, &err), GCT_INVALID);
    assert_string_equal(err.text, "the value of name holds control character 0x0d");
    value->text = GCT_EMPTY;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_encoded_and_headers_are_not),
        cmocka_unit_test(path_and_body_have_no_places),
        cmocka_unit_test(a_proof_is_the_hmac_of_one_option_under_another),
        cmocka_unit_test(a_brace_that_is_no_place_stays),
        cmocka_unit_test(what_cannot_be_filled_is_said),
        cmocka_unit_test(a_value_with_a_line_break_goes_nowhere),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
