/* The plugin as the core sees it: one exported table, one instance a channel. */
#ifndef GUICHET_PLUGIN_H
#define GUICHET_PLUGIN_H

#include <guichet/config.h>
#include <guichet/host.h>
#include <guichet/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a callback returns is a gct_status, and one of these five: GCT_OK, GCT_INVALID and GCT_UNSUPPORTED as
 * each callback says; GCT_LIMIT when a budget is spent (memory, number of results); GCT_INTERNAL for a defect
 * of the plugin's own. With the last two nothing is kept but the input. Anything else is a breach of the
 * contract. */

/* One configured channel with all its accounts. Filled in by open(), const afterwards. */
struct gct_plugin {
    uint32_t size;
    uint32_t flags; /* zero in 1.0 */
    void *self;     /* instance memory, from the arena given to open() */

    /* Provider hook to events, in the order they stand in the hook. Emits none when the hook carries nothing
     * for us. GCT_OK: all of it was understood. GCT_UNSUPPORTED: what was emitted is right, and something
     * else in it is of a kind this plugin does not know; the raw hook is kept. GCT_INVALID: not what the
     * provider documents; nothing is kept but the raw hook. [call], pure */
    uint32_t (*decode)(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_http_request *hook);

    /* Our message to one or more requests, in sending order. GCT_UNSUPPORTED with explain() for what the
     * channel cannot do: nothing is dropped in silence. [call], pure */
    uint32_t (*encode)(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_message *message);

    /* Provider reply to a verdict. [call], pure */
    uint32_t (*classify)(const struct gct_plugin *plugin, const struct gct_call *call,
                         const struct gct_http_response *reply, struct gct_verdict *verdict);

    /* Plugin side of an extension ("gct.rules/1", "gct.verify/1"), or NULL. Static data. [any] */
    const void *(*get_extension)(const struct gct_plugin *plugin, const char *id);

    /* Last call on this instance. Optional (NULL): instance memory is freed by the core. [open] */
    void (*close)(struct gct_plugin *plugin);
};

/* The only exported symbol. size and abi are read, and may refuse the file, before anything runs. */
struct gct_plugin_entry {
    uint32_t size;
    uint32_t abi;   /* GCT_ABI_CURRENT of the headers it was built with */
    const char *id; /* must equal the id in the manifest */

    /* Make one instance. call->alloc gives memory that lives until close(). [open] */
    uint32_t (*open)(const struct gct_call *call, const struct gct_config *config, struct gct_plugin **out);
};

GCT_EXPORT extern const struct gct_plugin_entry gct_plugin_entry;

#ifdef __cplusplus
}
#endif

#endif
