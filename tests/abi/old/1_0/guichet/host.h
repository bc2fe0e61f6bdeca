/* The core as a plugin sees it: one translation's memory and results, logging, and the host's extensions. */
#ifndef GUICHET_HOST_H
#define GUICHET_HOST_H

#include <guichet/event.h>
#include <guichet/http.h>
#include <guichet/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who is to blame is part of the severity: the guard between core and plugin writes the last two. */
#define GCT_LOG_DEBUG 1u
#define GCT_LOG_INFO 2u
#define GCT_LOG_WARNING 3u
#define GCT_LOG_ERROR 4u
#define GCT_LOG_PLUGIN_MISBEHAVES 5u
#define GCT_LOG_CORE_MISBEHAVES 6u

/* Owned by the core, valid until close() has returned. */
struct gct_host {
    uint32_t size;
    uint32_t abi;
    void *self; /* core's own; do not touch */

    /* Host side of an extension ("gct.json/1"), or NULL. Static for the life of the host. [any] */
    const void *(*get_extension)(const struct gct_host *host, const char *id);

    /* One line. Never message text or personal data: ids and counts only. [any] */
    void (*log)(const struct gct_host *host, uint32_t severity, struct gct_slice line);
};

/* One translation. Everything reached through it dies when the callback returns. */
struct gct_call {
    uint32_t size;
    uint32_t flags; /* zero in 1.0 */
    const struct gct_host *host;
    void *self;     /* core's own; do not touch */
    int64_t now_ms; /* the only clock, UTC milliseconds */
    uint64_t seed;  /* the only randomness */

    /* Zeroed memory from the call's arena, align a power of two up to 64; NULL when the budget is spent.
     * Never freed by you. [call] */
    void *(*alloc)(const struct gct_call *call, size_t bytes, size_t align);

    /* Hand one event over; the core checks and copies it at once. Returns a gct_status. [call] */
    uint32_t (*emit_event)(const struct gct_call *call, const struct gct_event *event);

    /* Hand one request over, in sending order; the core checks and copies it at once. Returns a gct_status.
     * [call] */
    uint32_t (*emit_request)(const struct gct_call *call, const struct gct_http_request *request);

    /* Why the callback is about to return something other than GCT_OK. For people; no personal data. [call]
     */
    void (*explain)(const struct gct_call *call, struct gct_slice reason);
};

#ifdef __cplusplus
}
#endif

#endif
