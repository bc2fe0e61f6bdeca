/* The platform's question is answered with an option that the channel need not have, and has not. */
#define BAD_NAME "no_token"
#define BAD_MANIFEST                                                                                         \
    "{\"id\":\"no_token\",\"name\":\"Wrong on purpose\",\"version\":\"1.0.0\",\"abi\":\"1.0\",\"options\":[" \
    "{\"name\":\"verify_token\",\"scope\":\"channel\",\"type\":\"secret\"}]}"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_verify_challenge challenge = { .size = sizeof(challenge),
                                                       .token_parameter = "hub.verify_token",
                                                       .token_option = "verify_token",
                                                       .answer_parameter = "hub.challenge" };
static const struct gct_ext_verify verify = { .size = sizeof(verify), .challenge = &challenge };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_VERIFY) == 0 ? &verify : NULL)
#include "bad.h"
