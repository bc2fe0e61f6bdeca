/* Hooks are signed with an option that the channel need not have, and has not. */
#define BAD_NAME "no_signing_secret"
#define BAD_MANIFEST                                                                                         \
    "{\"id\":\"no_signing_secret\",\"name\":\"Wrong on purpose\",\"version\":\"1.0.0\",\"abi\":\"1.0\","     \
    "\"options\":[{\"name\":\"app_secret\",\"scope\":\"channel\",\"type\":\"secret\"}]}"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_signed_part body[] = { { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme scheme = { .size = sizeof(scheme),
                                                 .packing = GCT_PACKING_BARE,
                                                 .proof = GCT_PROOF_HMAC_SHA256,
                                                 .encoding = GCT_ENCODING_HEX,
                                                 .path = "",
                                                 .header = "X-Signature",
                                                 .secret_option = "app_secret",
                                                 .parts = body,
                                                 .part_count = 1 };
static const struct gct_verify_scheme *const schemes[] = { &scheme };
static const struct gct_ext_verify verify = { .size = sizeof(verify), .schemes = schemes, .scheme_count = 1 };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_VERIFY) == 0 ? &verify : NULL)
#include "bad.h"
