/* How Meta proves itself to us (X-Hub-Signature-256 over the raw body) and we to it (token and
 * appsecret_proof). Data only: the core computes. The sha1 header that may still come along is not accepted.
 */
#include "messenger/messenger.h"

static const struct gct_signed_part body_alone[] = { { GCT_PART_BODY, 0, NULL } };

static const struct gct_verify_scheme hub_signature = {
    .size = sizeof(hub_signature),
    .packing = GCT_PACKING_PREFIX,
    .proof = GCT_PROOF_HMAC_SHA256,
    .encoding = GCT_ENCODING_HEX,
    .path = "",
    .header = "X-Hub-Signature-256",
    .prefix = "sha256=",
    .secret_option = "app_secret",
    .parts = body_alone,
    .part_count = 1,
};

static const struct gct_verify_scheme *const schemes[] = { &hub_signature };

static const struct gct_verify_challenge challenge = {
    .size = sizeof(challenge),
    .mode_parameter = "hub.mode",
    .mode_value = "subscribe",
    .token_parameter = "hub.verify_token",
    .token_option = "verify_token",
    .answer_parameter = "hub.challenge",
};

const struct gct_ext_verify messenger_verify = {
    .size = sizeof(messenger_verify),
    .schemes = schemes,
    .scheme_count = sizeof(schemes) / sizeof(schemes[0]),
    .challenge = &challenge,
};

static const struct gct_place token = {
    .size = sizeof(token),
    .kind = GCT_PLACE_SECRET,
    .name = "token",
    .option = "token",
};

static const struct gct_place proof = {
    .size = sizeof(proof),
    .kind = GCT_PLACE_HMAC_SHA256_HEX,
    .name = "appsecret_proof",
    .option = "token",
    .key = "app_secret",
};

static const struct gct_place *const places[] = { &token, &proof };

const struct gct_ext_places messenger_places = {
    .size = sizeof(messenger_places),
    .places = places,
    .place_count = sizeof(places) / sizeof(places[0]),
};
