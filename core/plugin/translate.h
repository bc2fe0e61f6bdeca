/* Asking a plugin: one translation is one call of decode, encode, classify or of gct.profile/1, done
 * somewhere else, answered later.
 *
 * The caller owns the struct gct_translation and everything it points to until done() was called; results
 * live in its arena. Where the call runs (a thread of this process, a jailed child, nowhere) is the backend's
 * business and changes nothing for callers. What waits for one plugin goes over together, runs one after
 * another, each with a deadline of its own, and is answered one by one. */
#ifndef GUICHET_CORE_PLUGIN_TRANSLATE_H
#define GUICHET_CORE_PLUGIN_TRANSLATE_H

#include <guichet/guichet.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mailbox.h"

#define GCT_DECODE_EVENTS 4096u
#define GCT_ENCODE_REQUESTS 16u
#define GCT_CALL_ARENA ((size_t)4u << 20)

enum gct_translation_kind {
    GCT_DECODE,
    GCT_ENCODE,
    GCT_CLASSIFY,
    GCT_PROFILE_REQUEST, /* GCT_UNSUPPORTED when the plugin has no gct.profile/1 */
    GCT_PROFILE_READ
};

/* Why a translation gave no result, beyond the plugin's own status. */
enum gct_translation_fault {
    GCT_FAULT_NONE,
    GCT_FAULT_CRASH,
    GCT_FAULT_HANG,
    GCT_FAULT_GARBAGE /* the guard refused a result */
};

struct gct_translation {
    struct gct_post post; /* the backend's until done() is called */
    enum gct_translation_kind kind;
    int64_t now_ms;
    uint64_t seed;

    /* One of these, by kind. */
    const struct gct_http_request *hook;
    const struct gct_message *message;
    const struct gct_http_response *reply; /* CLASSIFY, PROFILE_READ */
    struct gct_slice account, customer;    /* PROFILE_REQUEST */

    /* Results. Everything they point to is in arena, which the caller gave and frees. */
    struct gct_arena *arena;
    enum gct_status status; /* what the plugin returned; GCT_TIMEOUT after the deadline, GCT_UNAVAILABLE
                             when it was closed or hung before this one's turn, GCT_PROTOCOL for garbage */
    enum gct_translation_fault fault;
    struct gct_slice reason; /* explain(), or the guard's sentence */
    const struct gct_event **events;
    size_t event_count;
    const struct gct_http_request **requests;
    size_t request_count; /* with GCT_OK of ENCODE and PROFILE_REQUEST at least one */
    struct gct_verdict verdict;
    struct gct_profile_reply profile;

    /* Called once, on a thread of the backend; must only hand over. A translation that hangs is answered at
     * its deadline with GCT_TIMEOUT, and what the plugin still does with it afterwards reaches nobody. */
    void (*done)(struct gct_translation *translation);
};

struct gct_instance;

/* Give a translation to an instance. GCT_AGAIN: too many wait; GCT_UNAVAILABLE: the plugin is down or paused:
 * done() is then not called. Any thread. */
GCT_NODISCARD enum gct_status gct_translate(struct gct_instance *instance,
                                            struct gct_translation *translation);

/* The same, and sleeps until the answer stands in translation; done is not used. For tools and tests. */
GCT_NODISCARD enum gct_status gct_translate_wait(struct gct_instance *instance,
                                                 struct gct_translation *translation);

#endif
