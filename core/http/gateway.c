#include "http/gateway.h"

#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "http/answer.h"
#include "http/api.h"
#include "http/console.h"
#include "http/description.gen.h"
#include "http/forwarded.h"
#include "http/host.h"
#include "http/live/feed.h"

#define API_BODY_BYTES ((uint32_t)256u << 10)

static int below(struct gct_slice path, const char *prefix)
{
    return gct_slice_starts(path, gct_slice_of(prefix));
}

static int is_reading(enum gct_method method)
{
    return method == GCT_METHOD_GET || method == GCT_METHOD_HEAD;
}

/* Health is asked by whatever name or address a probe has; a hook is known by its signature. */
static int host_matters(struct gct_slice path)
{
    return !below(path, "/hooks/") && !gct_slice_is(path, "/healthz") && !gct_slice_is(path, "/readyz");
}

static int host_known(const struct gct_web *web, const struct gct_request *request)
{
    return gct_host_is_ours(web->origins, web->origin_count, gct_request_header(request, "host"));
}

static const char misdirected[] =
    "This gateway is not the one that Host names; public_url tells it its name.";

int gct_gateway_shared(void *arg, const struct gct_network *address)
{
    const struct gct_gateway *gateway = arg;
    return gct_forwarded_trusted(gateway->web->proxies, gateway->web->proxy_count, address);
}

void gct_gateway_admit(void *arg, const struct gct_request *request, struct gct_admission *admission)
{
    struct gct_gateway *gateway = arg;
    if (below(request->path, "/hooks/")) {
        gct_hook_admit(gateway->hooks, request, admission);
        return;
    }
    admission->vital = 1; /* people at work and health checks come before hooks, which are sent again */
    admission->body_bytes = API_BODY_BYTES;
    if (host_matters(request->path) && !host_known(gateway->web, request)) {
        admission->status = 421u;
        admission->detail = misdirected;
        return;
    }
    if (!below(request->path, "/api/") && !is_reading(request->method)) {
        admission->status = 405u;
        admission->problem = GCT_PROBLEM_METHOD_NOT_ALLOWED;
        admission->detail = "There is nothing here to change.";
        admission->allow = "GET, HEAD";
    }
}

/* ---- operations ---- */

static void health(const struct gct_web *web, struct gct_exchange *exchange)
{
    gct_answer_text(web, exchange, 200u, GCT_LIT("ok\n"));
}

static void readiness(const struct gct_web *web, struct gct_exchange *exchange)
{
    struct gct_buffer causes = { 0 };
    web->services.readiness(web->services.arg, &causes);
    if (causes.len == 0) {
        gct_answer_text(web, exchange, 200u, GCT_LIT("ready\n"));
    } else {
        gct_answer_text(web, exchange, 503u, gct_buffer_slice(&causes));
    }
    gct_buffer_free(&causes);
}

/* Somebody on this machine, and not a proxy on it that asks for somebody else. */
static int is_local(const struct gct_request *request)
{
    static const char *const forwarding[] = { "forwarded", "via", "x-forwarded-for", "x-forwarded-proto",
                                              "x-real-ip" };
    int local = request->loopback;
    for (size_t i = 0; local && i < GCT_COUNT(forwarding); i++) {
        local = gct_request_header(request, forwarding[i]).ptr == NULL;
    }
    return local;
}

/* For this machine or an admin's token: a page that a browser opens is neither. */
static void metrics(const struct gct_web *web, struct gct_exchange *exchange)
{
    const struct gct_caller caller = gct_web_caller(web, &exchange->request, 0);
    int by_token = caller.who != NULL && caller.session == NULL;
    struct gct_header headers[2u + GCT_SAFE_HEADERS] = {
        { GCT_LIT("content-type"), GCT_LIT("application/openmetrics-text; version=1.0.0; charset=utf-8") },
        { GCT_LIT("cache-control"), GCT_LIT("no-store") },
    };
    struct gct_buffer text = { 0 };
    int local = is_local(&exchange->request);
    if (!local && !by_token) {
        gct_answer_problem(web, exchange, GCT_PROBLEM_NOT_SIGNED_IN,
                           "Metrics are for this machine or an admin's token.", NULL, 0);
        return;
    }
    if (!local && !gct_access_role(caller.who, GCT_FOR_ADMIN)) {
        gct_answer_problem(web, exchange, GCT_PROBLEM_FORBIDDEN, "Metrics are for admins.", NULL, 0);
        return;
    }
    web->services.metrics(web->services.arg, &text);
    gct_buffer_add(&text, GCT_LIT("# EOF\n"));
    gct_exchange_answer(exchange, 200u, headers, gct_answer_safe_headers(web, headers, 2u),
                        gct_buffer_slice(&text));
    gct_buffer_free(&text);
}

static void description(const struct gct_web *web, struct gct_exchange *exchange)
{
    struct gct_header headers[2u + GCT_SAFE_HEADERS] = {
        { GCT_LIT("content-type"), GCT_LIT("application/yaml") },
        { GCT_LIT("cache-control"), GCT_LIT("no-cache") },
    };
    gct_exchange_answer(exchange, 200u, headers, gct_answer_safe_headers(web, headers, 2u),
                        gct_slice_of(openapi_yaml));
}

/* A problem of the API with one header of its own. */
static void refuse(const struct gct_web *web, struct gct_exchange *exchange, enum gct_problem problem,
                   const char *detail, struct gct_header header)
{
    struct gct_json *document = gct_problem_json(problem, detail);
    struct gct_buffer text = { 0 };
    unsigned status = (unsigned)gct_json_integer(gct_json_get(document, "status"), 500);
    gct_json_write(document, &text);
    gct_answer_api(web, exchange, status, 1, &header, 1u, gct_buffer_slice(&text));
    gct_buffer_free(&text);
    gct_json_free(&document);
}

/* A WebSocket handshake never comes here: this one was no handshake. */
static void live_without_upgrade(const struct gct_web *web, struct gct_exchange *exchange)
{
    refuse(web, exchange, GCT_PROBLEM_UPGRADE_REQUIRED, "the feed is a WebSocket",
           (struct gct_header){ GCT_LIT("upgrade"), GCT_LIT("websocket") });
}

/* Pages that are neither of the API's table nor of the console. */
static const struct {
    const char *path;
    void (*handle)(const struct gct_web *web, struct gct_exchange *exchange);
} fixed_pages[] = {
    { "/healthz", health },
    { "/readyz", readiness },
    { "/metrics", metrics },
    { "/api/v1/openapi.yaml", description },
    { "/api/v1/live", live_without_upgrade },
};

static int is_fixed(struct gct_slice path)
{
    int found = 0;
    for (size_t i = 0; !found && i < GCT_COUNT(fixed_pages); i++) {
        found = gct_slice_is(path, fixed_pages[i].path);
    }
    return found;
}

/* ---- dispatch ---- */

void gct_gateway_methods(void *arg, struct gct_slice path, char allow[GCT_ALLOW_TEXT])
{
    struct gct_slice id;
    (void)arg;
    if (is_fixed(path) || !below(path, "/api/")) {
        (void)snprintf(allow, GCT_ALLOW_TEXT, "%s", below(path, "/hooks/") ? "GET, POST" : "GET, HEAD");
    } else if (below(path, "/api/v1/")) {
        (void)gct_route_find(GCT_METHOD_GET, gct_slice_from(path, sizeof "/api/v1" - 1u), &id, allow);
    } else {
        allow[0] = '\0';
    }
}

void gct_gateway_handle(void *arg, struct gct_exchange *exchange)
{
    struct gct_gateway *gateway = arg;
    struct gct_slice path = exchange->request.path;
    for (size_t i = 0; i < GCT_COUNT(fixed_pages); i++) {
        if (!gct_slice_is(path, fixed_pages[i].path)) {
            continue;
        }
        if (is_reading(exchange->request.method)) {
            fixed_pages[i].handle(gateway->web, exchange);
        } else {
            refuse(gateway->web, exchange, GCT_PROBLEM_METHOD_NOT_ALLOWED, NULL,
                   (struct gct_header){ GCT_LIT("allow"), GCT_LIT("GET, HEAD") });
        }
        return;
    }
    if (below(path, "/hooks/")) {
        gct_hook_handle(gateway->hooks, exchange);
    } else if (below(path, "/api/v1/")) {
        gct_api_handle(gateway->web, exchange);
    } else if (below(path, "/api/")) {
        gct_answer_problem(gateway->web, exchange, GCT_PROBLEM_NOT_FOUND, "The API is below /api/v1/.", NULL,
                           0);
    } else {
        gct_console_handle(gateway->web, exchange);
    }
}

void gct_gateway_accept(void *arg, const struct gct_request *request, struct gct_socket_verdict *verdict)
{
    struct gct_gateway *gateway = arg;
    if (!host_known(gateway->web, request)) {
        verdict->status = 421u;
        verdict->problem = GCT_PROBLEM_NONE;
        verdict->detail = misdirected;
        return;
    }
    gct_feed_accept(gateway->web->feed, request, verdict);
}
