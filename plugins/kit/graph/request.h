/* Requests to the Graph API: one JSON POST to an edge of an account, proven by token and appsecret_proof. */
#ifndef GUICHET_PLUGINS_KIT_GRAPH_REQUEST_H
#define GUICHET_PLUGINS_KIT_GRAPH_REQUEST_H

#include "kit/call.h"

/* An id that may stand in a path: letters, digits, '_', '.' and '-', not beginning with a dot. */
bool gct_kit_path_safe(struct gct_slice id);

/* POST /{version}/{account}/{edge}. version and account must be path-safe; body may be NULL only when the kit
 * has failed already. flags: GCT_HTTP_…. The sender fills in the places {token} and {appsecret_proof}. */
void gct_kit_graph_post(struct gct_kit *kit, struct gct_slice version, struct gct_slice account,
                        const char *edge, const struct gct_json_value *body, uint32_t flags);

/* Building bodies: set a member or append, and fail the kit when memory is used up. Empty text sets nothing.
 */
struct gct_json_value *gct_kit_new_object(struct gct_kit *kit);
void gct_kit_set(struct gct_kit *kit, struct gct_json_value *object, const char *name,
                 struct gct_json_value *child);
void gct_kit_set_text(struct gct_kit *kit, struct gct_json_value *object, const char *name,
                      struct gct_slice text);
void gct_kit_append(struct gct_kit *kit, struct gct_json_value *array, struct gct_json_value *child);

#endif
