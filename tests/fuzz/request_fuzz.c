/* Queries, bodies and paths of the API, as far as they are read before anybody is asked, and what a proxy
 * says about the client. The first byte chooses the route whose tables are used. */
#include <assert.h>

#include "auth/access.h"
#include "base/slice.h"
#include "http/api.h"
#include "http/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_query(const struct gct_route *route, struct gct_slice text, struct gct_arena *arena)
{
    struct gct_query_value values[32];
    struct gct_json *problem = NULL;
    assert(route->query_count <= GCT_COUNT(values));
    enum gct_status st = gct_params_query(text, route->query, route->query_count, arena, values, &problem);
    assert((st == GCT_OK) == (problem == NULL));
    gct_json_free(&problem);
}

static void check_body(const struct gct_route *route, struct gct_slice text)
{
    struct gct_json *body = gct_json_parse(text, NULL);
    struct gct_json *problem = NULL;
    if (body != NULL) {
        enum gct_status st = gct_params_check(body, route->body, route->body_count, &problem);
        assert((st == GCT_OK) == (problem == NULL));
    }
    gct_json_free(&problem);
    gct_json_free(&body);
}

/* Whatever a proxy says, the client has an address. */
static void check_forwarded(struct gct_slice header)
{
    struct gct_network proxies[2];
    struct gct_network client;
    char text[GCT_NETWORK_TEXT];
    assert(gct_network_read(GCT_LIT("127.0.0.1"), &proxies[0]) == GCT_OK);
    assert(gct_network_read(GCT_LIT("10.0.0.0/8"), &proxies[1]) == GCT_OK);
    gct_forwarded_client(proxies, GCT_COUNT(proxies), GCT_LIT("127.0.0.1"), header, text);
    assert(gct_network_read(gct_slice_of(text), &client) == GCT_OK && client.bits == 128u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const struct gct_route *route = &gct_routes[data[0] % gct_route_count];
    struct gct_slice text = { (const char *)data + 1, size - 1u };
    struct gct_arena *arena = gct_arena_new((size_t)1u << 20);
    struct gct_scope scope;
    struct gct_slice id = GCT_EMPTY;
    char allow[64];
    check_query(route, text, arena);
    check_body(route, text);
    check_forwarded(text);
    (void)gct_route_find((enum gct_method)(data[0] % GCT_METHOD_COUNT), text, &id, allow);
    if (gct_scope_read(text, arena, &scope, NULL) != GCT_OK) {
        assert(scope.account_count == 0 || scope.accounts != NULL);
    }
    gct_arena_free(&arena);
    return 0;
}
