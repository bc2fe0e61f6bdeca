/* The exported table, and the one moment in which the plugin reads its options. */
#include <stdalign.h>
#include <string.h>

#include "kit/graph/request.h"
#include "kit/text.h"
#include "messenger/messenger.h"

#define DEFAULT_VERSION "v25.0"

static const void *get_extension(const struct gct_plugin *plugin, const char *id)
{
    static const struct {
        const char *id;
        const void *extension;
    } extensions[] = {
        { GCT_EXT_RULES, &messenger_rules },
        { GCT_EXT_VERIFY, &messenger_verify },
        { GCT_EXT_PLACES, &messenger_places },
        { GCT_EXT_PROFILE, &messenger_profile },
    };
    size_t i;

    (void)plugin;
    for (i = 0; i < GCT_KIT_ELEMENTS(extensions); i++) {
        if (strcmp(id, extensions[i].id) == 0)
            return extensions[i].extension;
    }
    return NULL;
}

/* Options die with open(): the instance keeps its own copy. */
static struct gct_slice keep(struct gct_kit *kit, struct gct_slice text)
{
    return gct_kit_join(kit, &text, 1, (struct gct_slice){ NULL, 0 });
}

static void read_options(struct gct_kit *kit, const struct gct_ext_config *options,
                         const struct gct_config *config, struct messenger *self)
{
    struct gct_slice version =
        gct_kit_either(options->text(config, "graph_version"), GCT_KIT_SLICE(DEFAULT_VERSION));

    if (!gct_kit_path_safe(version))
        gct_kit_fail(kit, GCT_INVALID, GCT_KIT_SLICE("graph_version must look like " DEFAULT_VERSION));
    self->graph_version = keep(kit, version);
    self->app_id = keep(kit, options->text(config, "app_id"));
    self->inbox_app_id = keep(kit, options->text(config, "inbox_app_id"));
}

static uint32_t open_channel(const struct gct_call *call, const struct gct_config *config,
                             struct gct_plugin **out)
{
    const struct gct_ext_json *json = call->host->get_extension(call->host, GCT_EXT_JSON);
    const struct gct_ext_config *options = call->host->get_extension(call->host, GCT_EXT_CONFIG);
    struct gct_kit kit = gct_kit_begin(call, json);
    struct gct_plugin *plugin = gct_kit_alloc(&kit, sizeof(*plugin));
    struct messenger *self = gct_kit_alloc(&kit, sizeof(*self));

    if (!json || !options)
        gct_kit_fail(&kit, GCT_INCOMPATIBLE,
                     GCT_KIT_SLICE("the host lacks " GCT_EXT_JSON " or " GCT_EXT_CONFIG));
    else if (plugin && self)
        read_options(&kit, options, config, self);
    if (kit.status == GCT_OK && plugin && self) {
        self->json = json;
        *plugin = (struct gct_plugin){
            .size = sizeof(*plugin),
            .self = self,
            .decode = messenger_decode,
            .encode = messenger_encode,
            .classify = messenger_classify,
            .get_extension = get_extension,
        };
        *out = plugin;
    }
    return kit.status;
}

const struct gct_plugin_entry gct_plugin_entry = {
    .size = sizeof(struct gct_plugin_entry),
    .abi = GCT_ABI_CURRENT,
    .id = "messenger",
    .open = open_channel,
};
