/* How much of an allowance is used, from the headers X-App-Usage and X-Business-Use-Case-Usage. */
#ifndef GUICHET_PLUGINS_KIT_GRAPH_USAGE_H
#define GUICHET_PLUGINS_KIT_GRAPH_USAGE_H

#include "kit/call.h"

/* Sets usage_percent to the fullest counter of the app and of the reply's account (of all accounts where it
 * is not among them), and pause_ms when the platform names a time or the
 * allowance is as good as spent. Headers that are absent or cannot be read change nothing. */
void gct_kit_usage(struct gct_kit *kit, const struct gct_http_response *reply, struct gct_verdict *verdict);

/* First value of a header; empty when absent. */
struct gct_slice gct_kit_header(const struct gct_http_response *reply, const char *name);

#endif
