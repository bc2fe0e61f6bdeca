/* Channels as the API shows them: state from the store, capabilities from the plugin's dated rules. Any
 * thread. */
#ifndef GUICHET_CORE_HTTP_VIEW_CHANNEL_H
#define GUICHET_CORE_HTTP_VIEW_CHANNEL_H

#include "auth/access.h"
#include "base/json.h"
#include "router/directory.h"

/* How much of a channel lies within a scope. Whole: every account, whatever the teams; only then is it theirs
 * to pause, and only then do they see its quarantine, which may hold anything of the channel. */
enum gct_channel_share { GCT_CHANNEL_OUTSIDE, GCT_CHANNEL_PART, GCT_CHANNEL_WHOLE };

/* who NULL: no limit. */
enum gct_channel_share gct_view_channel_share(const struct gct_directory_channel *channel,
                                              const struct gct_principal *who);

/* One channel with the accounts that who may see (NULL: all). GCT_NOT_FOUND when it lies outside. */
GCT_NODISCARD enum gct_status gct_view_channel(struct gct_db *db, const struct gct_directory_channel *channel,
                                               const struct gct_principal *who, struct gct_json **out,
                                               struct gct_error *err);

/* The rules of a channel as Capabilities. */
struct gct_json *gct_view_capabilities(const struct gct_ext_rules *rules);

#endif
