#include "plugin/verify.c"

#include <stdio.h>

#include "fixture.h"

#define BODY "{\"object\":\"page\",\"entry\":[]}"
#define NOW INT64_C(1767225601123)
#define SECRET "s3cret-of-the-app"
#define OLD_SECRET "the-one-before"

static const struct gct_signed_part body_alone[] = { { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme meta = { .size = sizeof meta,
                                               .packing = GCT_PACKING_PREFIX,
                                               .proof = GCT_PROOF_HMAC_SHA256,
                                               .encoding = GCT_ENCODING_HEX,
                                               .path = "",
                                               .header = "X-Hub-Signature-256",
                                               .prefix = "sha256=",
                                               .secret_option = "app_secret",
                                               .parts = body_alone,
                                               .part_count = 1 };

static const struct gct_signed_part time_dot_body[] = { { GCT_PART_PAIR, 0, "t" },
                                                        { GCT_PART_LITERAL, 0, "." },
                                                        { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme pairs = { .size = sizeof pairs,
                                                .packing = GCT_PACKING_PAIRS,
                                                .proof = GCT_PROOF_HMAC_SHA256,
                                                .encoding = GCT_ENCODING_HEX,
                                                .path = "/pairs",
                                                .header = "TikTok-Signature",
                                                .prefix = "s",
                                                .secret_option = "app_secret",
                                                .parts = time_dot_body,
                                                .part_count = 3,
                                                .time_pair = "t",
                                                .time_unit_ms = 1000,
                                                .max_age_ms = 300000 };

static const struct gct_signed_part standard_parts[] = { { GCT_PART_HEADER, 0, "webhook-id" },
                                                         { GCT_PART_LITERAL, 0, "." },
                                                         { GCT_PART_HEADER, 0, "webhook-timestamp" },
                                                         { GCT_PART_LITERAL, 0, "." },
                                                         { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme standard = { .size = sizeof standard,
                                                   .packing = GCT_PACKING_LIST,
                                                   .proof = GCT_PROOF_HMAC_SHA256,
                                                   .encoding = GCT_ENCODING_BASE64,
                                                   .path = "/standard",
                                                   .header = "webhook-signature",
                                                   .prefix = "v1",
                                                   .secret_option = "app_secret",
                                                   .parts = standard_parts,
                                                   .part_count = 5,
                                                   .time_header = "webhook-timestamp",
                                                   .time_unit_ms = 1000,
                                                   .max_age_ms = 300000 };

static const struct gct_verify_scheme bearer = { .size = sizeof bearer,
                                                 .packing = GCT_PACKING_PREFIX,
                                                 .proof = GCT_PROOF_BEARER,
                                                 .path = "/bearer",
                                                 .header = "Authorization",
                                                 .prefix = "Bearer ",
                                                 .secret_option = "app_secret" };

static const struct gct_verify_scheme bare = { .size = sizeof bare,
                                               .packing = GCT_PACKING_BARE,
                                               .proof = GCT_PROOF_HMAC_SHA256,
                                               .encoding = GCT_ENCODING_BASE64,
                                               .path = "/bare",
                                               .header = "X-Signature",
                                               .secret_option = "app_secret",
                                               .parts = body_alone,
                                               .part_count = 1 };

static const struct gct_verify_scheme *const schemes[] = { &meta, &pairs, &standard, &bearer, &bare };
static const struct gct_verify_challenge challenge = { .size = sizeof challenge,
                                                       .mode_parameter = "hub.mode",
                                                       .mode_value = "subscribe",
                                                       .token_parameter = "hub.verify_token",
                                                       .token_option = "verify_token",
                                                       .answer_parameter = "hub.challenge" };
static const struct gct_ext_verify verify_table = { .size = sizeof verify_table,
                                                    .schemes = schemes,
                                                    .scheme_count = GCT_COUNT(schemes),
                                                    .challenge = &challenge };

static struct fixture fixture;

static int setup(void **state)
{
    static const struct gct_slice secrets[] = { { GCT_TEXT(SECRET) }, { GCT_TEXT(OLD_SECRET) } };
    static const struct gct_slice token[] = { { GCT_TEXT("to ken&1") } };
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", secrets),
                                                 FIXTURE_OPTION("verify_token", token) };
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

/* Hex of the HMAC of text, NUL-terminated. */
static void sign_hex(const char *secret, const char *text, char hex[65])
{
    unsigned char digest[GCT_SHA256_BYTES];
    struct gct_slice part = gct_slice_of(text);
    struct gct_hmac *hmac = gct_hmac_new(gct_slice_of(secret));
    gct_hmac_sign(hmac, &part, 1, digest);
    gct_hmac_free(&hmac);
    gct_hex_encode(digest, sizeof digest, hex);
}

/* Base64 of it. */
static void sign_base64(const char *secret, const char *text, char out[45])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char digest[GCT_SHA256_BYTES + 1u] = { 0 };
    char hex[65];
    size_t n = 0;
    sign_hex(secret, text, hex);
    assert_int_equal(gct_hex_decode(gct_slice_of(hex), digest, GCT_SHA256_BYTES), GCT_OK);
    for (size_t i = 0; i < 33u; i += 3u) {
        unsigned v =
            (unsigned)digest[i] << 16 | (unsigned)digest[i + 1u] << 8 | (i + 2u < 33u ? digest[i + 2u] : 0u);
        out[n++] = alphabet[v >> 18];
        out[n++] = alphabet[v >> 12 & 63u];
        out[n++] = alphabet[v >> 6 & 63u];
        out[n++] = alphabet[v & 63u];
    }
    out[43] = '=';
    out[44] = '\0';
}

static enum gct_status ask(const char *path, const char *name, struct gct_slice value, struct gct_slice body)
{
    struct gct_header headers[] = { { GCT_LIT("Content-Type"), GCT_LIT("application/json") },
                                    { gct_slice_of(name), value },
                                    { GCT_LIT("webhook-id"), GCT_LIT("msg_1") },
                                    { GCT_LIT("webhook-timestamp"), GCT_LIT("1767225601") } };
    struct gct_error err = { GCT_OK, "" };
    return gct_verify_hook(&fixture.instance, gct_slice_of(path), headers, GCT_COUNT(headers), body, NOW,
                           &err);
}

static enum gct_status ask_meta(const char *value)
{
    return ask("", "X-Hub-Signature-256", gct_slice_of(value), GCT_LIT(BODY));
}

static void each_scheme_accepts_what_is_signed_right(void **state)
{
    char hex[65];
    char base64[45];
    char value[300];
    (void)state;
    sign_hex(SECRET, BODY, hex);
    (void)snprintf(value, sizeof value, "sha256=%s", hex);
    assert_int_equal(ask_meta(value), GCT_OK);
    assert_int_equal(ask("", "x-hub-signature-256", gct_slice_of(value), GCT_LIT(BODY)), GCT_OK);
    sign_hex(SECRET, "1767225601." BODY, hex);
    (void)snprintf(value, sizeof value, "t=1767225601,s=%s", hex);
    assert_int_equal(ask("/pairs", "TikTok-Signature", gct_slice_of(value), GCT_LIT(BODY)), GCT_OK);
    sign_base64(SECRET, "msg_1.1767225601." BODY, base64);
    (void)snprintf(value, sizeof value, "v1a,%s v1,AAAA v1,%s", base64, base64);
    assert_int_equal(ask("/standard", "webhook-signature", gct_slice_of(value), GCT_LIT(BODY)), GCT_OK);
    assert_int_equal(ask("/bearer", "Authorization", GCT_LIT("Bearer " SECRET), GCT_LIT(BODY)), GCT_OK);
    sign_base64(SECRET, BODY, base64);
    assert_int_equal(ask("/bare", "X-Signature", gct_slice_of(base64), GCT_LIT(BODY)), GCT_OK);
}

static void each_match_is_counted_by_its_secret(void **state)
{
    char hex[65];
    char value[100];
    struct gct_verify_count before[2];
    struct gct_verify_count after[3];
    (void)state;
    for (size_t i = 0; i < 2u; i++) {
        assert_int_equal(gct_verify_count(&fixture.instance, i, &before[i]), 1);
    }
    sign_hex(OLD_SECRET, BODY, hex);
    (void)snprintf(value, sizeof value, "sha256=%s", hex);
    assert_int_equal(ask_meta(value), GCT_OK);
    for (size_t i = 0; i < 3u; i++) {
        assert_int_equal(gct_verify_count(&fixture.instance, i, &after[i]), 1);
    }
    assert_int_equal(after[0].matches, before[0].matches);
    assert_int_equal(after[1].matches, before[1].matches + 1u);
    assert_slice(after[1].option, "app_secret");
    assert_int_equal(after[1].value, 1);
    assert_slice(after[2].option, "verify_token");
    assert_int_equal(gct_verify_count(&fixture.instance, 3, &after[0]), 0);
}

/* Every way in which a header of one scheme can be wrong. %1$s is the right signature. */
static const char *const forged_meta[] = {
    "",
    " ",
    "sha256=",
    "sha256",
    "=",
    "%1$s",
    "sha1=%1$s",
    "SHA256=%1$s",
    "sha256:%1$s",
    "sha256 =%1$s",
    "sha256= %1$s",
    " sha256=%1$s",
    "sha256=%1$s ",
    "sha256=%1$s,",
    "sha256=%1$s%1$s",
    "sha256=%1$s0",
    "sha256=%2$s",
    "sha256=sha256=%1$s",
    "sha256=0x%1$s",
    "sha256=%3$s",
    "sha256=%4$s",
    "sha256=%5$s",
    "sha256=%6$s",
    "sha256=%7$s",
    "sha256=%8$s",
    "sha512=%1$s",
    "sha256=%1$.63s",
    "sha256=%1$.32s",
    "sha256=%1$.1s",
    "sha256=-%1$s",
    "sha256=+%1$s",
    "\"sha256=%1$s\"",
    "sha256=\"%1$s\"",
    "sha256=%1$s;sha256=%1$s",
    "sha256=%1$s, sha256=%1$s",
    "hmac-sha256=%1$s",
    "t=1767225601,s=%1$s",
    "v1,%1$s",
    "Bearer %1$s",
    ("sha256=" SECRET),
    SECRET,
    "sha256=%1$sx",
    "sha256=\t%1$s",
    "sha256=%9$s",
    "sha256=gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg",
    "sha256=0000000000000000000000000000000000000000000000000000000000000000",
    "sha256=ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

static void no_forged_header_is_accepted(void **state)
{
    char right[65], upper[65], wrong[65], empty[65], keyless[65], other[65], spaced[65], base64[45],
        inner[65];
    char value[400];
    (void)state;
    sign_hex(SECRET, BODY, right);
    sign_hex(SECRET, BODY " ", spaced);
    sign_hex("another", BODY, wrong);
    sign_hex(SECRET, "", empty);
    sign_hex("", BODY, keyless);
    sign_hex(BODY, SECRET, other);
    sign_hex(SECRET, right, inner);
    sign_base64(SECRET, BODY, base64);
    for (size_t i = 0; i < sizeof right; i++) {
        upper[i] = (char)(right[i] >= 'a' && right[i] <= 'f' ? right[i] - 32 : right[i]);
    }
    assert_true(GCT_COUNT(forged_meta) >= 40u);
    for (size_t i = 0; i < GCT_COUNT(forged_meta); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(value, sizeof value, forged_meta[i], right, upper, wrong, empty, keyless, other,
                       spaced, base64, inner);
#pragma GCC diagnostic pop
        if (ask_meta(value) != GCT_DENIED) {
            fail_msg("accepted: \"%s\"", value);
        }
    }
    (void)snprintf(value, sizeof value, "sha256=%s", right);
    assert_int_equal(ask_meta(value), GCT_OK);
}

static void no_flipped_bit_is_accepted(void **state)
{
    char right[65];
    char value[80];
    char body[] = BODY;
    unsigned char bytes[GCT_SHA256_BYTES];
    (void)state;
    sign_hex(SECRET, BODY, right);
    assert_int_equal(gct_hex_decode(gct_slice_of(right), bytes, sizeof bytes), GCT_OK);
    for (size_t bit = 0; bit < 256u; bit++) {
        char hex[65];
        bytes[bit / 8u] ^= (unsigned char)(1u << (bit % 8u));
        gct_hex_encode(bytes, sizeof bytes, hex);
        bytes[bit / 8u] ^= (unsigned char)(1u << (bit % 8u));
        (void)snprintf(value, sizeof value, "sha256=%s", hex);
        assert_int_equal(ask_meta(value), GCT_DENIED);
    }
    (void)snprintf(value, sizeof value, "sha256=%s", right);
    for (size_t bit = 0; bit < 8u * (sizeof body - 1u); bit++) {
        body[bit / 8u] ^= (char)(1u << (bit % 8u));
        assert_int_equal(ask("", "X-Hub-Signature-256", gct_slice_of(value), gct_slice_of(body)), GCT_DENIED);
        body[bit / 8u] ^= (char)(1u << (bit % 8u));
    }
}

static void a_header_that_is_there_twice_counts_as_missing(void **state)
{
    char hex[65];
    char value[80];
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    sign_hex(SECRET, BODY, hex);
    (void)snprintf(value, sizeof value, "sha256=%s", hex);
    const struct gct_header twice[] = { { GCT_LIT("X-Hub-Signature-256"), gct_slice_of(value) },
                                        { GCT_LIT("X-HUB-SIGNATURE-256"), gct_slice_of(value) } };
    assert_int_equal(gct_verify_hook(&fixture.instance, GCT_EMPTY, twice, 1, GCT_LIT(BODY), NOW, &err),
                     GCT_OK);
    assert_int_equal(gct_verify_hook(&fixture.instance, GCT_EMPTY, twice, 2, GCT_LIT(BODY), NOW, &err),
                     GCT_DENIED);
    assert_string_equal(err.text, "header X-Hub-Signature-256 is missing, or there twice");
    assert_int_equal(gct_verify_hook(&fixture.instance, GCT_EMPTY, NULL, 0, GCT_LIT(BODY), NOW, &err),
                     GCT_DENIED);
}

static void the_time_of_signing_is_limited_both_ways(void **state)
{
    static const struct {
        const char *time;
        enum gct_status status;
    } cases[] = { { "1767225601", GCT_OK },
                  { "1767225302", GCT_OK },
                  { "1767225301", GCT_DENIED },
                  { "1767225901", GCT_OK },
                  { "1767225902", GCT_DENIED },
                  { "0", GCT_DENIED },
                  { "", GCT_DENIED },
                  { "-1767225601", GCT_DENIED },
                  { "1767225601.0", GCT_DENIED },
                  { "1767225601123", GCT_DENIED },
                  { "99999999999999999999", GCT_DENIED },
                  { "9223372036854775807", GCT_DENIED },
                  { " 1767225601", GCT_DENIED } };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        char text[128];
        char hex[65];
        char value[256];
        (void)snprintf(text, sizeof text, "%s." BODY, cases[i].time);
        sign_hex(SECRET, text, hex);
        (void)snprintf(value, sizeof value, "t=%s,s=%s", cases[i].time, hex);
        if (ask("/pairs", "TikTok-Signature", gct_slice_of(value), GCT_LIT(BODY)) != cases[i].status) {
            fail_msg("t=%s", cases[i].time);
        }
    }
}

static void no_forged_pair_list_or_bearer_is_accepted(void **state)
{
    static const char *const forged_pairs[] = { "",
                                                "s=%1$s",
                                                "t=1767225601",
                                                "t=1767225601,s=",
                                                "t=1767225601;s=%1$s",
                                                "t=1767225601,s=%1$s,s=%1$s",
                                                "t=1767225601,t=1767225601,s=%1$s",
                                                "t=1767225602,s=%1$s",
                                                "T=1767225601,S=%1$s",
                                                "t=1767225601,v=%1$s",
                                                "t=1767225601,s=%1$.63s",
                                                "t=1767225601,s==%1$s" };
    static const char *const forged_lists[] = {
        "",         "v1",      "v1,",        "v2,%2$s",
        "%2$s",     "v1 %2$s", "v1,%2$.43s", "V1,%2$s",
        "v1,%2$s=", "v1,%1$s", "v1a,%2$s",   "v1,A v1,A v1,A v1,A v1,A v1,A v1,A v1,A v1,A"
    };
    static const char *const forged_bearers[] = { "",
                                                  "Bearer",
                                                  "Bearer ",
                                                  SECRET,
                                                  "bearer " SECRET,
                                                  "Bearer  " SECRET,
                                                  "Bearer " SECRET " ",
                                                  "Basic " SECRET,
                                                  "Bearer s3cret-of-the-ap",
                                                  "Bearer s3cret-of-the-appx" };
    char hex[65];
    char base64[45];
    char value[256];
    (void)state;
    sign_hex(SECRET, "1767225601." BODY, hex);
    sign_base64(SECRET, "msg_1.1767225601." BODY, base64);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    for (size_t i = 0; i < GCT_COUNT(forged_pairs); i++) {
        (void)snprintf(value, sizeof value, forged_pairs[i], hex, base64);
        assert_int_equal(ask("/pairs", "TikTok-Signature", gct_slice_of(value), GCT_LIT(BODY)), GCT_DENIED);
    }
    for (size_t i = 0; i < GCT_COUNT(forged_lists); i++) {
        (void)snprintf(value, sizeof value, forged_lists[i], hex, base64);
        assert_int_equal(ask("/standard", "webhook-signature", gct_slice_of(value), GCT_LIT(BODY)),
                         GCT_DENIED);
    }
#pragma GCC diagnostic pop
    for (size_t i = 0; i < GCT_COUNT(forged_bearers); i++) {
        assert_int_equal(ask("/bearer", "Authorization", gct_slice_of(forged_bearers[i]), GCT_LIT(BODY)),
                         GCT_DENIED);
    }
}

static void other_paths_take_no_hooks(void **state)
{
    char hex[65];
    char value[80];
    (void)state;
    sign_hex(SECRET, BODY, hex);
    (void)snprintf(value, sizeof value, "sha256=%s", hex);
    assert_int_equal(ask("/other", "X-Hub-Signature-256", gct_slice_of(value), GCT_LIT(BODY)), GCT_NOT_FOUND);
    assert_int_equal(ask("/", "X-Hub-Signature-256", gct_slice_of(value), GCT_LIT(BODY)), GCT_NOT_FOUND);
}

static void a_challenge_is_echoed_for_the_right_token_only(void **state)
{
    static const struct {
        const char *query;
        const char *answer; /* NULL: denied */
    } cases[] = {
        { "hub.mode=subscribe&hub.verify_token=to%20ken%261&hub.challenge=1158201444", "1158201444" },
        { "hub.challenge=C%26H+A&hub.verify_token=to+ken%261&hub.mode=subscribe", "C&H A" },
        { "hub%2Emode=subscribe&hub.verify_token=to+ken%261&hub.challenge=x", "x" },
        { "hub.mode=unsubscribe&hub.verify_token=to+ken%261&hub.challenge=x", NULL },
        { "hub.verify_token=to+ken%261&hub.challenge=x", NULL },
        { "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=x", NULL },
        { "hub.mode=subscribe&hub.verify_token=&hub.challenge=x", NULL },
        { "hub.mode=subscribe&hub.challenge=x", NULL },
        { "hub.mode=subscribe&hub.verify_token=to+ken%261", NULL },
        { "hub.mode=subscribe&hub.verify_token=to+ken%261&hub.challenge=", NULL },
        { "hub.mode=subscribe&hub.verify_token=to+ken%261&hub.challenge=%zz", NULL },
        { "hub.mode=subscribe&hub.verify_token=to+ken%261&hub.verify_token=x&hub.challenge=x", NULL },
        { "hub.mode=subscribe&hub.verify_token=to+ken%261&hub.challenge=x&hub.challenge=y", NULL },
        { "", NULL },
        { "&&==&", NULL },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        char room[128];
        struct gct_slice answer = GCT_EMPTY;
        enum gct_status st =
            gct_verify_challenge(&fixture.instance, gct_slice_of(cases[i].query), room, &answer, NULL);
        assert_int_equal(st, cases[i].answer == NULL ? GCT_DENIED : GCT_OK);
        assert_slice(answer, cases[i].answer == NULL ? "" : cases[i].answer);
    }
}

static void a_channel_without_tables_takes_nothing(void **state)
{
    struct fixture silent;
    struct gct_slice answer = GCT_EMPTY;
    char room[8];
    (void)state;
    fixture_open(&silent, NULL, 0, NULL, 0);
    assert_int_equal(gct_verify_hook(&silent.instance, GCT_EMPTY, NULL, 0, GCT_EMPTY, NOW, NULL),
                     GCT_NOT_FOUND);
    assert_int_equal(gct_verify_challenge(&silent.instance, GCT_EMPTY, room, &answer, NULL), GCT_NOT_FOUND);
    fixture_close(&silent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scheme_accepts_what_is_signed_right),
        cmocka_unit_test(each_match_is_counted_by_its_secret),
        cmocka_unit_test(no_forged_header_is_accepted),
        cmocka_unit_test(no_flipped_bit_is_accepted),
        cmocka_unit_test(a_header_that_is_there_twice_counts_as_missing),
        cmocka_unit_test(the_time_of_signing_is_limited_both_ways),
        cmocka_unit_test(no_forged_pair_list_or_bearer_is_accepted),
        cmocka_unit_test(other_paths_take_no_hooks),
        cmocka_unit_test(a_challenge_is_echoed_for_the_right_token_only),
        cmocka_unit_test(a_channel_without_tables_takes_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
