/* The smallest whole plugin, in the words that C11 and C++11 share: every callback, the entry and the
 * manifest. It is compiled in each language mode, and with the headers of each release for old/. */
#include <guichet/guichet.h>

GCT_MANIFEST("{ \"id\": \"postcard\", \"name\": \"Postcards\", \"version\": \"1.0.0\", \"abi\": \"1.0\" }");

static uint32_t decode(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_http_request *hook)
{
    static const char id[] = "1";
    struct gct_event_unsend event;
    struct gct_slice text;

    (void)plugin;
    text.ptr = id;
    text.len = sizeof(id) - 1u;
    event.head.size = (uint32_t)sizeof(event);
    event.head.kind = GCT_EVENT_UNSEND;
    event.head.flags = 0;
    event.head.reserved = 0;
    event.head.account = text;
    event.head.customer = text;
    event.head.key = text;
    event.head.at_ms = call->now_ms;
    event.head.opener.ptr = NULL;
    event.head.opener.len = 0;
    event.head.window_ms = 0;
    event.remote_id = text;
    return hook->body.len > 0 ? call->emit_event(call, &event.head) : (uint32_t)GCT_OK;
}

static uint32_t encode(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_message *message)
{
    (void)plugin;
    (void)call;
    return message->act == GCT_ACT_REPLY ? (uint32_t)GCT_UNSUPPORTED : (uint32_t)GCT_INVALID;
}

static uint32_t classify(const struct gct_plugin *plugin, const struct gct_call *call,
                         const struct gct_http_response *reply, struct gct_verdict *verdict)
{
    (void)plugin;
    (void)call;
    if (GCT_HAS(gct_verdict, verdict, pause_ms))
        verdict->pause_ms = 0;
    verdict->outcome = reply->status == 200u ? (uint32_t)GCT_OUTCOME_SENT : (uint32_t)GCT_OUTCOME_UNCLEAR;
    return GCT_OK;
}

static const void *get_extension(const struct gct_plugin *plugin, const char *id)
{
    (void)plugin;
    (void)id;
    return NULL;
}

static uint32_t open_channel(const struct gct_call *call, const struct gct_config *config,
                             struct gct_plugin **out)
{
    void *memory = call->alloc(call, sizeof(struct gct_plugin), sizeof(void *));
    struct gct_plugin *plugin = (struct gct_plugin *)memory;

    (void)config;
    if (!plugin)
        return GCT_LIMIT;
    plugin->size = (uint32_t)sizeof(*plugin);
    plugin->self = memory;
    plugin->decode = decode;
    plugin->encode = encode;
    plugin->classify = classify;
    plugin->get_extension = get_extension;
    *out = plugin;
    return GCT_OK;
}

const struct gct_plugin_entry gct_plugin_entry = { (uint32_t)sizeof(struct gct_plugin_entry), GCT_ABI_CURRENT,
                                                   "postcard", open_channel };
