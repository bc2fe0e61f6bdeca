/* The signature of Snapchat's lead webhook (snapchat.md 5): the time in header t, the digest bare in header
 * Signature. A known answer, which nothing here has computed. */
#include "plugin/verify.c"

#include "fixture.h"

#define BODY                                                                                                 \
    "{\"form_id\":\"3b0f8a52-9d0c-4c37-8f0a-2f6f0a1c9d11\","                                                 \
    "\"lead_id\":\"c2a4f3f0-6f0b-4f7e-9a57-1f0f2f7a3b22\","                                                  \
    "\"create_time\":\"1790000000123\",\"first_name\":\"Zo\xc3\xa9\"}"
#define SIGNATURE "22c7da7ff94213e8c09accdc29d0c66f709e1e143cbb2d4c872788d307a125d1"
#define SIGNED_MS INT64_C(1790000001000)

static const struct gct_signed_part t_dot_body[] = { { GCT_PART_HEADER, 0, "t" },
                                                     { GCT_PART_LITERAL, 0, "." },
                                                     { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme lead = { .size = sizeof lead,
                                               .packing = GCT_PACKING_BARE,
                                               .proof = GCT_PROOF_HMAC_SHA256,
                                               .encoding = GCT_ENCODING_HEX,
                                               .path = "/lead",
                                               .header = "Signature",
                                               .secret_option = "app_secret",
                                               .parts = t_dot_body,
                                               .part_count = GCT_COUNT(t_dot_body),
                                               .time_header = "t",
                                               .time_unit_ms = 1000,
                                               .max_age_ms = 300000 };
static const struct gct_verify_scheme *const schemes[] = { &lead };
static const struct gct_ext_verify verify_table = { .size = sizeof verify_table,
                                                    .schemes = schemes,
                                                    .scheme_count = GCT_COUNT(schemes) };

static struct fixture fixture;

static int setup(void **state)
{
    static const struct gct_slice secret[] = { { GCT_TEXT("0f6a2c1e-7d1b-4c55-9a0e-5b1d2e3f4a5b") } };
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", secret) };
    (void)state;
    fixture_open(&fixture, options, GCT_COUNT(options), NULL, 0);
    fixture.instance.tables.verify = &verify_table;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

/* time: of header t; NULL: there is none. */
static enum gct_status ask(const char *time, const char *signature, const char *body, int64_t now_ms)
{
    const struct gct_header headers[] = { { GCT_LIT("signature"), gct_slice_of(signature) },
                                          { GCT_LIT("T"), gct_slice_of(time) } };
    return gct_verify_hook(&fixture.instance, GCT_LIT("/lead"), headers, time == NULL ? 1u : 2u,
                           gct_slice_of(body), now_ms, NULL);
}

static void the_known_answer_is_accepted_within_its_time(void **state)
{
    (void)state;
    assert_int_equal(ask("1790000001", SIGNATURE, BODY, SIGNED_MS), GCT_OK);
    assert_int_equal(ask("1790000001", SIGNATURE, BODY, SIGNED_MS + 300000), GCT_OK);
    assert_int_equal(ask("1790000001", SIGNATURE, BODY, SIGNED_MS + 300001), GCT_DENIED);
    assert_int_equal(ask("1790000001", SIGNATURE, BODY, SIGNED_MS - 300001), GCT_DENIED);
}

static void time_signature_and_body_are_one(void **state)
{
    (void)state;
    assert_int_equal(ask("1790000002", SIGNATURE, BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask("01790000001", SIGNATURE, BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask("", SIGNATURE, BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask(NULL, SIGNATURE, BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask("1790000001", "sha256=" SIGNATURE, BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask("1790000001", SIGNATURE "0", BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask("1790000001", "", BODY, SIGNED_MS), GCT_DENIED);
    assert_int_equal(ask("1790000001", SIGNATURE, BODY " ", SIGNED_MS), GCT_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_answer_is_accepted_within_its_time),
        cmocka_unit_test(time_signature_and_body_are_one),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
