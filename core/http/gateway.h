/* Where a request goes: hooks, the API, the console, operations. What the server (net/server.h) is given. */
#ifndef GUICHET_CORE_HTTP_GATEWAY_H
#define GUICHET_CORE_HTTP_GATEWAY_H

#include "http/hook.h"
#include "http/web.h"
#include "net/server.h"

struct gct_gateway {
    const struct gct_web *web;
    struct gct_hook_door *hooks;
};

/* The callbacks of gct_server_options; arg is a struct gct_gateway. Loop thread. */
int gct_gateway_shared(void *arg, const struct gct_network *address);
void gct_gateway_admit(void *arg, const struct gct_request *request, struct gct_admission *admission);
void gct_gateway_methods(void *arg, struct gct_slice path, char allow[GCT_ALLOW_TEXT]);
void gct_gateway_handle(void *arg, struct gct_exchange *exchange);
void gct_gateway_accept(void *arg, const struct gct_request *request, struct gct_socket_verdict *verdict);

#endif
