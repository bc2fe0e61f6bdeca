/* Channels as the API shows them: state from the store, capabilities from the plugin's dated rules. Any
 * thread. */
#ifndef GUICHET_CORE_HTTP_VIEW_CHANNEL_H
#define GUICHET_CORE_HTTP_VIEW_CHANNEL_H

#include "auth/access.h"
#include "base/json.h"
#include "router/directory.h"

/* One channel with the accounts that who may see (NULL: all); *out NULL when it may see none. */
GCT_NODISCARD enum gct_status gct_view_channel(struct gct_db *db, const struct gct_directory_channel *channel,
                                               const struct gct_principal *who, struct gct_json **out,
                                               struct gct_error *err);

/* The rules of a channel as Capabilities. */
struct gct_json *gct_view_capabilities(const struct gct_ext_rules *rules);

#endif
