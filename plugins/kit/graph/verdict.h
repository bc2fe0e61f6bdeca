/* What an answer of the Graph API means: its error object looked up in a table that each channel brings, and
 * what holds for all of them (success, usage headers, Retry-After, answers that are no JSON). */
#ifndef GUICHET_PLUGINS_KIT_GRAPH_VERDICT_H
#define GUICHET_PLUGINS_KIT_GRAPH_VERDICT_H

#include "kit/call.h"

#define GCT_KIT_ANY (-1) /* subcode: every one that has no row of its own */
#define GCT_KIT_BARE 0   /* subcode: none in the answer */

/* One row. A subcode, and a code of the same size, is also found when the answer bears it in the other's
 * place or beside another code: they are unique. */
struct gct_kit_error {
    int64_t code;
    int64_t subcode;
    enum gct_outcome outcome;
    const char *message;       /* how the message must begin, where a code alone says too little; else NULL */
    struct gct_slice sentence; /* what a person should know */
};

/* Fills in the verdict. Never fails: what cannot be read is classified by its HTTP status. */
void gct_kit_verdict(struct gct_kit *kit, const struct gct_http_response *reply,
                     const struct gct_kit_error *errors, size_t count, struct gct_verdict *verdict);

#endif
