/* What prompted a message, in the words of the Graph family: "referral" objects from ads, links and shop
 * pages. */
#ifndef GUICHET_PLUGINS_KIT_GRAPH_REFERRAL_H
#define GUICHET_PLUGINS_KIT_GRAPH_REFERRAL_H

#include "kit/call.h"

/* The context that a referral object describes; NULL when value is no object (or memory is used up). */
struct gct_context *gct_kit_referral(struct gct_kit *kit, const struct gct_json_value *value);

/* An empty context of one kind. */
struct gct_context *gct_kit_context(struct gct_kit *kit, enum gct_context_kind kind);

#endif
