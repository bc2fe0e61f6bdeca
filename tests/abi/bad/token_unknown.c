/* The platform's question is answered with an option that its manifest does not have. */
#define BAD_NAME "token_unknown"
#include <guichet/guichet.h>
#include <string.h>
static const struct gct_verify_challenge challenge = { .size = sizeof(challenge),
                                                       .token_parameter = "hub.verify_token",
                                                       .token_option = "verify_token",
                                                       .answer_parameter = "hub.challenge" };
static const struct gct_ext_verify verify = { .size = sizeof(verify), .challenge = &challenge };
#define BAD_EXTENSION(id) (strcmp(id, GCT_EXT_VERIFY) == 0 ? &verify : NULL)
#include "bad.h"
