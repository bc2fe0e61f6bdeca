/* Plugin extensions "gct.verify/1" and "gct.places/1": how the platform proves itself to us and we to it, as
 * data. The core computes everything, in constant time, before decode() and after encode(); secrets are named
 * by the option that holds them and never seen by the plugin. */
#ifndef GUICHET_VERIFY_H
#define GUICHET_VERIFY_H

#include <guichet/abi.h>

#define GCT_EXT_VERIFY "gct.verify/1"
#define GCT_EXT_PLACES "gct.places/1"

#ifdef __cplusplus
extern "C" {
#endif

/* How the header packs the signature. */
#define GCT_PACKING_BARE 1u   /* the whole value */
#define GCT_PACKING_PREFIX 2u /* after a fixed prefix: "sha256=…" */
#define GCT_PACKING_PAIRS 3u  /* key=value, separated by commas: "t=…,s=…" */
#define GCT_PACKING_LIST 4u   /* space-separated "version,signature"; one match is enough */

#define GCT_PROOF_HMAC_SHA256 1u
#define GCT_PROOF_BEARER 2u /* the header holds the secret itself */

#define GCT_ENCODING_HEX 1u /* lower case only */
#define GCT_ENCODING_BASE64 2u

/* Parts of the signed text, in order. */
#define GCT_PART_LITERAL 1u /* name is the text itself */
#define GCT_PART_HEADER 2u  /* value of header name */
#define GCT_PART_PAIR 3u    /* value of key name in the signature header (GCT_PACKING_PAIRS) */
#define GCT_PART_BODY 4u    /* the raw body */

/* Frozen: never grows, because it stands in arrays by value. Another kind of part is another value of kind.
 */
struct gct_signed_part {
    uint32_t kind;
    uint32_t reserved; /* zero */
    const char *name;
};

/* One way in which hooks on path are signed. Several schemes for one path: one match is enough. */
struct gct_verify_scheme {
    uint32_t size;
    uint32_t packing;
    uint32_t proof;
    uint32_t encoding;
    const char *path;   /* below /hooks/{channel}: "" or "/lead" */
    const char *header; /* "X-Hub-Signature-256" */
    const char *prefix; /* PREFIX: "sha256="; PAIRS: the signature's key; LIST: the version; else NULL */
    const char *secret_option; /* "app_secret"; the option may hold several values (rotation) */
    const struct gct_signed_part *parts;
    size_t part_count;
    const char *time_header; /* header with the time of signing, or NULL */
    const char *time_pair;   /* or its key in the signature header, or NULL */
    int64_t time_unit_ms;    /* 1000 when that time is in seconds */
    int64_t max_age_ms;      /* refused when further than this from now, either way; 0: no time is signed */
};

/* The verification request that some platforms make when an address is saved: all parameters are of the
 * query. */
struct gct_verify_challenge {
    uint32_t size;
    uint32_t reserved;            /* zero */
    const char *mode_parameter;   /* "hub.mode", or NULL */
    const char *mode_value;       /* "subscribe" */
    const char *token_parameter;  /* "hub.verify_token" */
    const char *token_option;     /* "verify_token" */
    const char *answer_parameter; /* "hub.challenge": echoed byte for byte as text/plain */
};

struct gct_ext_verify {
    uint32_t size;
    uint32_t reserved; /* zero */
    const struct gct_verify_scheme *const *schemes;
    size_t scheme_count;
    const struct gct_verify_challenge *challenge; /* or NULL: GET is refused */
};

/* Places in queries and header values of requests: {name}. */
#define GCT_PLACE_SECRET 1u          /* the value of an option of the account, else of the channel */
#define GCT_PLACE_HMAC_SHA256_HEX 2u /* HMAC of the value of option message under the value of option key */

struct gct_place {
    uint32_t size;
    uint32_t kind;
    const char *name;   /* "token" stands for {token} */
    const char *option; /* SECRET: the option; HMAC: the option whose value is signed */
    const char *key;    /* HMAC: the option that holds the key; else NULL */
};

struct gct_ext_places {
    uint32_t size;
    uint32_t reserved; /* zero */
    const struct gct_place *const *places;
    size_t place_count;
};

#ifdef __cplusplus
}
#endif

#endif
