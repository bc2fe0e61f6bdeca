/* The plugins of a registry as a list of the API. On the registry's thread. */
#ifndef GUICHET_CORE_DAEMON_CONTROL_PLUGINS_H
#define GUICHET_CORE_DAEMON_CONTROL_PLUGINS_H

#include "base/json.h"
#include "daemon/settings.h"

/* A JSON array, which the caller frees; settings says which channels use a plugin. registry NULL: no plugins.
 */
struct gct_json *gct_plugins_json(const struct gct_registry *registry, const struct gct_settings *settings);

#endif
