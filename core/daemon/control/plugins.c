#include "daemon/control/plugins.h"

#include <stdio.h>

#include "base/slice.h"

static struct gct_json *channels_of(const struct gct_settings *settings, struct gct_slice plugin)
{
    struct gct_json *list = gct_json_array();
    for (size_t i = 0; i < settings->channel_count; i++) {
        if (gct_slice_eq(settings->channels[i].plugin, plugin)) {
            gct_json_push(list, gct_json_string(settings->channels[i].name));
        }
    }
    return list;
}

struct gct_json *gct_plugins_json(const struct gct_registry *registry, const struct gct_settings *settings)
{
    struct gct_json *list = gct_json_array();
    for (size_t i = 0; registry != NULL && i < gct_registry_count(registry); i++) {
        const struct gct_plugin_info info = gct_registry_info(registry, i);
        struct gct_json *plugin = gct_json_object();
        char abi[24];
        (void)snprintf(abi, sizeof abi, "%u.%u", info.abi >> 16, info.abi & 0xffffu);
        gct_json_set(plugin, "name", gct_json_string(info.id));
        gct_json_set_text(plugin, "version", info.version.len == 0 ? GCT_EMPTY : info.version);
        gct_json_set_text(plugin, "abi", info.abi == 0 ? GCT_EMPTY : gct_slice_of(abi));
        gct_json_set(plugin, "digest", gct_json_string(gct_slice_of(info.digest)));
        gct_json_set_text(plugin, "state", gct_slice_of(info.state));
        gct_json_set_text(plugin, "refusal", info.refusal.len == 0 ? GCT_EMPTY : info.refusal);
        gct_json_set_number(plugin, "restarts", 0);
        gct_json_set(plugin, "channels", channels_of(settings, info.id));
        gct_json_push(list, plugin);
    }
    return list;
}
