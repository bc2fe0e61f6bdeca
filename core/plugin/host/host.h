/* The host that a plugin talks to: struct gct_host, struct gct_call and the host's extensions.
 *
 * The same code serves a plugin in this process and, later, one in a jailed child: what it emits goes to a
 * sink, and where the sink leads is the backend's business. A host belongs to one instance. A call belongs to
 * the thread that began it; its functions answer GCT_DENIED on any other thread, and after it has ended. */
#ifndef GUICHET_CORE_PLUGIN_HOST_HOST_H
#define GUICHET_CORE_PLUGIN_HOST_HOST_H

#include <guichet/guichet.h>
#include <pthread.h>

#include "base/arena.h"
#include "base/log.h"

/* What the plugin of a channel may log; the rest is counted. */
#define PLUGIN_LOG_LINES 20u
#define PLUGIN_LOG_RATE ((struct gct_log_rate){ PLUGIN_LOG_LINES, GCT_SECOND_MS })
#define PLUGIN_JSON_BYTES ((size_t)64u << 20)

struct plugin_host {
    struct gct_host base;
    struct gct_slice channel; /* for log lines; outlives the host */
    struct gct_slice plugin;
    uint64_t calls; /* that were begun */
};

/* Where emitted things go. Each function checks and copies, and returns a gct_status. */
struct plugin_sink {
    uint32_t (*event)(struct plugin_sink *sink, const struct gct_event *event);
    uint32_t (*request)(struct plugin_sink *sink, const struct gct_http_request *request);
};

struct plugin_call {
    struct gct_call base;
    struct gct_arena *memory; /* alloc() */
    struct gct_arena *json;   /* values of gct.json/1 */
    struct plugin_sink *sink; /* NULL in open() */
    struct gct_slice reason;  /* explain(), in memory */
    struct gct_slice account; /* that it is about, where that is known; for log lines */
    uint64_t number;          /* of the host's calls; for log lines */
    pthread_t thread;
    int running;
};

void plugin_host_init(struct plugin_host *host, struct gct_slice channel, struct gct_slice plugin);

/* A call that begins now, on this thread. Ended by plugin_call_end, which throws nothing away: the arenas are
 * the caller's. */
void plugin_call_begin(struct plugin_call *call, struct plugin_host *host, struct gct_arena *memory,
                       struct gct_arena *json, struct plugin_sink *sink, int64_t now_ms, uint64_t seed);
void plugin_call_end(struct plugin_call *call);

/* The call behind what a plugin holds; NULL when this thread is not in it. */
struct plugin_call *plugin_call_of(const struct gct_call *base);

/* The table of a host extension, or NULL; and all ids in one line with a space before each. */
const void *plugin_host_extension(const char *id);
const char *plugin_host_extension_list(void);

extern const struct gct_ext_json plugin_host_json;
extern const struct gct_ext_config plugin_host_config;
extern const struct gct_ext_thread_check plugin_host_thread_check;

/* What struct gct_config is to the core. */
struct plugin_settings;
const struct gct_config *plugin_config_of(const struct plugin_settings *settings);

#endif
