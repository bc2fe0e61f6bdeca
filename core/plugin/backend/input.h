/* Copies of what a call is about. A plugin that hangs goes on reading its input after the caller was answered
 * and has thrown the original away; so what it reads is the worker's own. */
#ifndef GUICHET_CORE_PLUGIN_BACKEND_INPUT_H
#define GUICHET_CORE_PLUGIN_BACKEND_INPUT_H

#include "plugin/translate.h"

struct plugin_input {
    struct gct_http_request hook;
    struct gct_message message;
    struct gct_http_response reply;
    struct gct_slice account, customer;
};

/* The input of the translation's kind, in arena. GCT_LIMIT when it has no room. */
GCT_NODISCARD enum gct_status plugin_input_copy(const struct gct_translation *translation,
                                                struct gct_arena *arena, struct plugin_input *out);

#endif
