#include "plugin/host/host.h"

#include <string.h>

#include "base/log.h"
#include "base/slice.h"

#define LINE_BYTES 512u

#define EXTENSION_TABLE(X)                                                                                   \
    X(GCT_EXT_CONFIG, plugin_host_config)                                                                    \
    X(GCT_EXT_JSON, plugin_host_json)                                                                        \
    X(GCT_EXT_THREAD_CHECK, plugin_host_thread_check)
#define EXTENSION_CASE(name, table) { name, &table },
#define EXTENSION_NAME(name, table) " " name

const void *plugin_host_extension(const char *id)
{
    static const struct {
        const char *id;
        const void *table;
    } extensions[] = { EXTENSION_TABLE(EXTENSION_CASE) };
    const void *found = NULL;
    for (size_t i = 0; id != NULL && i < GCT_COUNT(extensions); i++) {
        found = strcmp(extensions[i].id, id) == 0 ? extensions[i].table : found;
    }
    return found;
}

const char *plugin_host_extension_list(void)
{
    return EXTENSION_TABLE(EXTENSION_NAME);
}

static const void *host_get_extension(const struct gct_host *host, const char *id)
{
    (void)host;
    return plugin_host_extension(id);
}

/* What this thread is in. */
static _Thread_local const struct plugin_call *call_now;

static void host_log(const struct gct_host *base, uint32_t severity, struct gct_slice line)
{
    static const enum gct_log_level levels[] = {
        [0] = GCT_LEVEL_INFO,
        [GCT_LOG_DEBUG] = GCT_LEVEL_DEBUG,
        [GCT_LOG_INFO] = GCT_LEVEL_INFO,
        [GCT_LOG_WARNING] = GCT_LEVEL_WARN,
        [GCT_LOG_ERROR] = GCT_LEVEL_ERROR,
        [GCT_LOG_PLUGIN_MISBEHAVES] = GCT_LEVEL_WARN,
        [GCT_LOG_CORE_MISBEHAVES] = GCT_LEVEL_ERROR,
    };
    const struct plugin_host *host = base->self;
    const struct plugin_call *call = call_now != NULL && call_now->base.host == base ? call_now : NULL;
    if (line.ptr == NULL && line.len != 0) {
        return;
    }
    line = gct_slice_head(line, LINE_BYTES);
    GCT_LOG_LIMITED(PLUGIN_LOG_RATE, severity < GCT_COUNT(levels) ? levels[severity] : GCT_LEVEL_INFO,
                    "plugin.says", host->channel, GCT_F_TEXT("plugin", host->plugin),
                    GCT_F_TEXT("channel", host->channel),
                    GCT_F_TEXT("account", call == NULL ? GCT_EMPTY : call->account),
                    GCT_F_INT("call", call == NULL ? 0 : call->number), GCT_F_TEXT("line", line));
}

void plugin_host_init(struct plugin_host *host, struct gct_slice channel, struct gct_slice plugin)
{
    host->base = (struct gct_host){ .size = sizeof host->base,
                                    .abi = GCT_ABI_CURRENT,
                                    .self = host,
                                    .get_extension = host_get_extension,
                                    .log = host_log };
    host->channel = channel;
    host->plugin = plugin;
    host->calls = 0;
}

static int is_mine(const struct plugin_call *call)
{
    return call != NULL && call->running && pthread_equal(call->thread, pthread_self());
}

static uint32_t in_call(const struct gct_call *base)
{
    return base != NULL && is_mine(base->self);
}

const struct gct_ext_thread_check plugin_host_thread_check = { .size = sizeof(struct gct_ext_thread_check),
                                                               .in_call = in_call };

struct plugin_call *plugin_call_of(const struct gct_call *base)
{
    struct plugin_call *call = base == NULL ? NULL : base->self;
    int mine = is_mine(call);
    if (call != NULL && !mine) {
        base->host->log(base->host, GCT_LOG_PLUGIN_MISBEHAVES,
                        GCT_LIT("a call is used outside its thread or time"));
    }
    return mine ? call : NULL;
}

static void *call_alloc(const struct gct_call *base, size_t bytes, size_t align)
{
    struct plugin_call *call = plugin_call_of(base);
    int sane = align != 0 && (align & (align - 1u)) == 0 && align <= 64u;
    return call == NULL || !sane ? NULL : gct_arena_alloc(call->memory, bytes, align);
}

static uint32_t call_emit_event(const struct gct_call *base, const struct gct_event *event)
{
    struct plugin_call *call = plugin_call_of(base);
    return call == NULL || call->sink == NULL ? GCT_DENIED : call->sink->event(call->sink, event);
}

static uint32_t call_emit_request(const struct gct_call *base, const struct gct_http_request *request)
{
    struct plugin_call *call = plugin_call_of(base);
    return call == NULL || call->sink == NULL ? GCT_DENIED : call->sink->request(call->sink, request);
}

static void call_explain(const struct gct_call *base, struct gct_slice reason)
{
    struct plugin_call *call = plugin_call_of(base);
    if (call != NULL && reason.ptr != NULL && gct_utf8_valid(reason)) {
        call->reason = gct_arena_copy(call->memory, gct_utf8_head(reason, LINE_BYTES));
    }
}

void plugin_call_begin(struct plugin_call *call, struct plugin_host *host, struct gct_arena *memory,
                       struct gct_arena *json, struct plugin_sink *sink, int64_t now_ms, uint64_t seed)
{
    *call = (struct plugin_call){ .base = { .size = sizeof call->base,
                                            .host = &host->base,
                                            .self = call,
                                            .now_ms = now_ms,
                                            .seed = seed,
                                            .alloc = call_alloc,
                                            .emit_event = call_emit_event,
                                            .emit_request = call_emit_request,
                                            .explain = call_explain },
                                  .memory = memory,
                                  .json = json,
                                  .sink = sink,
                                  .number = ++host->calls,
                                  .thread = pthread_self(),
                                  .running = 1 };
    call_now = call;
}

void plugin_call_end(struct plugin_call *call)
{
    call->running = 0;
    call_now = NULL;
}
