/* Plugin extension "gct.profile/1": what a platform tells about the person who writes, for those platforms
 * that do not say it in their hooks. Optional.
 *
 * The core asks once for each new contact, when nothing more urgent is to be sent: request() describes the
 * question, the core sends it, read() says what the answer means. */
#ifndef GUICHET_PROFILE_H
#define GUICHET_PROFILE_H

#include <guichet/plugin.h>

#define GCT_EXT_PROFILE "gct.profile/1"

#ifdef __cplusplus
extern "C" {
#endif

#define GCT_PROFILE_ANSWERED 1u /* what there is to know is filled in, which may be nothing */
#define GCT_PROFILE_REFUSED 2u  /* the platform tells nothing about this person, now or later */
#define GCT_PROFILE_LATER 3u    /* no answer this time; ask again */

/* Filled in by read(). The core sets size and zeroes the rest before the call. */
struct gct_profile_reply {
    uint32_t size;
    uint32_t outcome;            /* GCT_PROFILE_… */
    int64_t retry_after_ms;      /* LATER: not before; 0: the core chooses */
    struct gct_slice name;       /* as the person writes it, up to 512 bytes; each of these may be empty */
    struct gct_slice handle;     /* "@ana", up to 512 bytes */
    struct gct_slice avatar_url; /* http or https, up to 4096 bytes */
    struct gct_slice lang;       /* BCP 47: "fr-CA" */
};

struct gct_ext_profile {
    uint32_t size;
    uint32_t reserved; /* zero */

    /* Emit the one request that asks for a customer's profile. GCT_UNSUPPORTED when there is no way to ask
     * for this one. [call], pure */
    uint32_t (*request)(const struct gct_plugin *plugin, const struct gct_call *call,
                        struct gct_slice account, struct gct_slice customer);

    /* What the platform answered to it. [call], pure */
    uint32_t (*read)(const struct gct_plugin *plugin, const struct gct_call *call,
                     const struct gct_http_response *reply, struct gct_profile_reply *profile);
};

#ifdef __cplusplus
}
#endif

#endif
