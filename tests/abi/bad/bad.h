/* A plugin that is right, except for what the file that includes this has defined before: each file of this
 * folder says its one fault in a line or two. BAD_NAME is always given. */
#ifndef GUICHET_TESTS_ABI_BAD_BAD_H
#define GUICHET_TESTS_ABI_BAD_BAD_H

#include <guichet/guichet.h>
#include <stddef.h>

#ifndef BAD_MANIFEST
#define BAD_MANIFEST                                                                                         \
    "{\"id\":\"" BAD_NAME "\",\"name\":\"Wrong on purpose\",\"version\":\"1.0.0\",\"abi\":\"1.0\"}"
#endif
#ifndef BAD_ENTRY_SIZE
#define BAD_ENTRY_SIZE sizeof(struct gct_plugin_entry)
#endif
#ifndef BAD_ABI
#define BAD_ABI GCT_ABI_CURRENT
#endif
#ifndef BAD_ID
#define BAD_ID BAD_NAME
#endif
#ifndef BAD_PLUGIN_SIZE
#define BAD_PLUGIN_SIZE sizeof(struct gct_plugin)
#endif
#ifndef BAD_DECODE
#define BAD_DECODE bad_decode
#endif
#ifndef BAD_ENCODE
#define BAD_ENCODE bad_encode
#endif
#ifndef BAD_CLASSIFY
#define BAD_CLASSIFY bad_classify
#endif
#ifndef BAD_GET_EXTENSION
#define BAD_GET_EXTENSION bad_get_extension
#endif
#ifndef BAD_SELF
#define BAD_SELF plugin
#endif
#ifndef BAD_EXTENSION
#define BAD_EXTENSION(id) NULL
#endif

#ifndef BAD_NO_MANIFEST
GCT_MANIFEST(BAD_MANIFEST);
#endif

#ifndef BAD_NO_ENTRY
#define BAD_MAYBE __attribute__((unused)) static

BAD_MAYBE uint32_t bad_decode(const struct gct_plugin *plugin, const struct gct_call *call,
                              const struct gct_http_request *hook)
{
    (void)plugin;
    (void)call;
    (void)hook;
    return GCT_OK;
}

BAD_MAYBE uint32_t bad_encode(const struct gct_plugin *plugin, const struct gct_call *call,
                              const struct gct_message *message)
{
    (void)plugin;
    (void)call;
    (void)message;
    return GCT_UNSUPPORTED;
}

BAD_MAYBE uint32_t bad_classify(const struct gct_plugin *plugin, const struct gct_call *call,
                                const struct gct_http_response *reply, struct gct_verdict *verdict)
{
    (void)plugin;
    (void)call;
    (void)reply;
    verdict->outcome = GCT_OUTCOME_SENT;
    return GCT_OK;
}

BAD_MAYBE const void *bad_get_extension(const struct gct_plugin *plugin, const char *id)
{
    (void)plugin;
    (void)id;
    return BAD_EXTENSION(id);
}

#ifndef BAD_OPEN
#define BAD_OPEN bad_open
static uint32_t bad_open(const struct gct_call *call, const struct gct_config *config,
                         struct gct_plugin **out)
{
    struct gct_plugin *plugin = call->alloc(call, sizeof *plugin, _Alignof(struct gct_plugin));
    (void)config;
    if (plugin == NULL) {
        return GCT_LIMIT;
    }
    plugin->size = BAD_PLUGIN_SIZE;
    plugin->self = BAD_SELF;
    plugin->decode = BAD_DECODE;
    plugin->encode = BAD_ENCODE;
    plugin->classify = BAD_CLASSIFY;
    plugin->get_extension = BAD_GET_EXTENSION;
    *out = plugin;
    return GCT_OK;
}
#endif

const struct gct_plugin_entry gct_plugin_entry = {
    .size = BAD_ENTRY_SIZE,
    .abi = BAD_ABI,
    .id = BAD_ID,
    .open = BAD_OPEN,
};
#endif

#endif
