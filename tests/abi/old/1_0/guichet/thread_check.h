/* Host extension "gct.thread_check/1": whether the contract's words [call] and [any] are kept, for assertions
 * in a debug build. A host need not offer it. */
#ifndef GUICHET_THREAD_CHECK_H
#define GUICHET_THREAD_CHECK_H

#include <guichet/host.h>

#define GCT_EXT_THREAD_CHECK "gct.thread_check/1"

#ifdef __cplusplus
extern "C" {
#endif

struct gct_ext_thread_check {
    uint32_t size;
    uint32_t reserved; /* zero */

    /* 1 when the calling thread is the one that this call runs on: only there may its functions be used. 0 on
     * any other thread. call: one that the plugin was given and that has not returned. [any] */
    uint32_t (*in_call)(const struct gct_call *call);
};

#ifdef __cplusplus
}
#endif

#endif
