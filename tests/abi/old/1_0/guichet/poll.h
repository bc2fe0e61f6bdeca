/* Plugin extension "gct.poll/1": what is to be asked for again and again, where a platform sends no hooks.
 * Optional.
 *
 * The plugin describes; the core keeps the time, the pace and the place. For each account and each poll it
 * asks request() for one question, sends it, hands the answer to read(), and keeps the events and the new
 * place together or not at all. So a question may be asked twice from one place, and events need keys as they
 * do in hooks.
 *
 * Core 0.1 reads none of it yet: it serves channels with hooks. */
#ifndef GUICHET_POLL_H
#define GUICHET_POLL_H

#include <guichet/plugin.h>

#define GCT_EXT_POLL "gct.poll/1"

#ifdef __cplusplus
extern "C" {
#endif

/* One question that is asked for every account. */
struct gct_poll {
    uint32_t size;
    uint32_t reserved;  /* zero */
    const char *name;   /* never changes its meaning: its place is kept under this name */
    int64_t every_ms;   /* time between two questions; the operator may make it longer */
    const char *since;  /* date of the page that allows this pace: "2026-05-05" */
    const char *source; /* that page */
};

#define GCT_POLL_ANSWERED 1u /* what was emitted is right, and place is the new one */
#define GCT_POLL_REFUSED 2u  /* the platform tells nothing of this account, now or later */
#define GCT_POLL_LATER 3u    /* no answer this time; the old place stays */

/* Filled in by read(). The core sets size and zeroes the rest before the call. */
struct gct_poll_reply {
    uint32_t size;
    uint32_t outcome;       /* GCT_POLL_… */
    uint32_t more;          /* ANSWERED, 1: there is more; ask again at once */
    uint32_t reserved;      /* zero */
    int64_t retry_after_ms; /* LATER: not before; 0: the core chooses */
    struct gct_slice place; /* ANSWERED: where to go on (a cursor, a time), at most 512 bytes, one line */
};

struct gct_ext_poll {
    uint32_t size;
    uint32_t reserved; /* zero */
    const struct gct_poll *const *polls;
    size_t poll_count;

    /* Emit the one request that asks what is new for an account since place, which is empty the first time.
     * [call], pure */
    uint32_t (*request)(const struct gct_plugin *plugin, const struct gct_call *call,
                        const struct gct_poll *poll, struct gct_slice account, struct gct_slice place);

    /* What the platform answered to it (reply->account says for whom): emits events, as decode() does, and
     * says where to go on. [call], pure */
    uint32_t (*read)(const struct gct_plugin *plugin, const struct gct_call *call,
                     const struct gct_poll *poll, struct gct_slice place,
                     const struct gct_http_response *reply, struct gct_poll_reply *out);
};

#ifdef __cplusplus
}
#endif

#endif
