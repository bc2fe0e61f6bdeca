/* What stands in a signature header, a time header and a verification query. The first line of the input is
 * the query, the second the time, the rest is the header; each scheme of each packing reads it. Nothing may
 * ever be accepted: the secret is random in each run. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"
#include "plugin/instance.h"
#include "plugin/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MANIFEST                                                                                             \
    "{\"id\":\"fuzz\",\"name\":\"Fuzz\",\"version\":\"1\",\"abi\":\"1.0\",\"options\":["                     \
    "{\"name\":\"secret\",\"scope\":\"channel\",\"type\":\"secret\",\"required\":true}]}"

static const struct gct_signed_part pair_parts[] = { { GCT_PART_PAIR, 0, "t" },
                                                     { GCT_PART_LITERAL, 0, "." },
                                                     { GCT_PART_BODY, 0, NULL } };
static const struct gct_signed_part plain_parts[] = { { GCT_PART_HEADER, 0, "time" },
                                                      { GCT_PART_BODY, 0, NULL } };

#define SCHEME(pack, how, code, text, list, ...)                                                             \
    {                                                                                                        \
        .size = sizeof(struct gct_verify_scheme), .packing = (pack), .proof = (how), .encoding = (code),     \
        .path = "", .header = "signature", .prefix = (text), .secret_option = "secret", .parts = (list),     \
        .part_count = GCT_COUNT(list), __VA_ARGS__                                                           \
    }

static const struct gct_verify_scheme schemes[] = {
    SCHEME(GCT_PACKING_BARE, GCT_PROOF_HMAC_SHA256, GCT_ENCODING_BASE64, NULL, plain_parts, .max_age_ms = 0),
    SCHEME(GCT_PACKING_PREFIX, GCT_PROOF_HMAC_SHA256, GCT_ENCODING_HEX, "sha256=", plain_parts,
           .max_age_ms = 0),
    SCHEME(GCT_PACKING_PAIRS, GCT_PROOF_HMAC_SHA256, GCT_ENCODING_HEX, "s", pair_parts, .time_pair = "t",
           .time_unit_ms = 1000, .max_age_ms = 300000),
    SCHEME(GCT_PACKING_LIST, GCT_PROOF_HMAC_SHA256, GCT_ENCODING_BASE64, "v1", plain_parts,
           .time_header = "time", .time_unit_ms = 1000, .max_age_ms = 300000),
    SCHEME(GCT_PACKING_PREFIX, GCT_PROOF_BEARER, 0, "Bearer ", plain_parts, .max_age_ms = 0),
};

static const struct gct_verify_challenge challenge = { .size = sizeof challenge,
                                                       .mode_parameter = "hub.mode",
                                                       .mode_value = "subscribe",
                                                       .token_parameter = "hub.verify_token",
                                                       .token_option = "secret",
                                                       .answer_parameter = "hub.challenge" };

static void ask(const struct gct_instance *instance, struct gct_slice query, struct gct_slice time,
                struct gct_slice header)
{
    struct gct_error err;
    const struct gct_header headers[] = { { GCT_LIT("Signature"), header }, { GCT_LIT("Time"), time } };
    struct gct_slice answer = GCT_EMPTY;
    char *room = malloc(query.len == 0 ? 1u : query.len);
    GCT_CHECK(room != NULL);
    GCT_CHECK_EQ(gct_verify_challenge(instance, query, room, &answer, &err), GCT_DENIED);
    GCT_CHECK_EQ(gct_verify_hook(instance, GCT_EMPTY, headers, 2, header, INT64_C(1767225601123), &err),
                 GCT_DENIED);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char key[GCT_KEY_TEXT];
    const struct gct_verify_scheme *table[GCT_COUNT(schemes)];
    const struct gct_ext_verify verify = {
        .size = sizeof verify, .schemes = table, .scheme_count = GCT_COUNT(schemes), .challenge = &challenge
    };
    struct gct_manifest manifest;
    struct gct_instance instance = { .magic = INSTANCE_MAGIC,
                                     .arena = gct_arena_new((size_t)1 << 20),
                                     .manifest = &manifest,
                                     .tables = { .verify = &verify } };
    struct gct_slice rest = { (const char *)data, size };
    struct gct_slice query = GCT_EMPTY;
    struct gct_slice time = GCT_EMPTY;
    gct_random_key(key);
    const struct gct_slice secret = gct_slice_of(key);
    const struct gct_option option = { GCT_LIT("secret"), &secret, 1, "fuzz", 1 };
    const struct gct_channel_settings settings = {
        .options = &option, .option_count = 1, .file = "fuzz", .line = 1
    };
    for (size_t i = 0; i < GCT_COUNT(schemes); i++) {
        table[i] = &schemes[i];
    }
    GCT_CHECK_EQ(gct_manifest_parse(GCT_LIT(MANIFEST), instance.arena, &manifest, NULL), GCT_OK);
    GCT_CHECK_EQ(plugin_settings_read(&settings, &manifest, instance.arena, &instance.settings, NULL),
                 GCT_OK);
    (void)gct_slice_split(&rest, '\n', &query);
    (void)gct_slice_split(&rest, '\n', &time);
    ask(&instance, query, time, rest);
    plugin_settings_free(&instance.settings);
    gct_arena_free(&instance.arena);
    return 0;
}
