/* Putting secrets into a request, after its plugin described it: gct.places/1.
 *
 * Only queries and header values have places: {name}. Path and body are left as they are, so that nothing a
 * person wrote can become one. Any thread. */
#ifndef GUICHET_CORE_PLUGIN_PLACES_H
#define GUICHET_CORE_PLUGIN_PLACES_H

#include "plugin/registry.h"

/* request with every place filled by what account's options say; query and headers are new and in arena, the
 * rest is borrowed from request. What comes out holds secrets: it is for the sender alone, never for a log or
 * a store. GCT_INVALID: a place that the plugin does not describe, or a value that cannot stand in a header.
 * GCT_NOT_FOUND: no such account. GCT_UNAVAILABLE: the option has no value. GCT_LIMIT: no room. Sentences
 * hold no value. */
GCT_NODISCARD enum gct_status gct_places_fill(const struct gct_instance *instance, struct gct_slice account,
                                              const struct gct_http_request *request, struct gct_arena *arena,
                                              const struct gct_http_request **filled, struct gct_error *err);

#endif
