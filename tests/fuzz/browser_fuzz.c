/* What the API believes of a request before anybody handles it: where a browser says that it comes from, and
 * of which type its body is. The input is a method, then lines: Origin, Sec-Fetch-Site, X-CSRF-Token,
 * Content-Type, the body. A line "-" is a header that was not sent. */
#include <assert.h>
#include <stdint.h>

#include "http/api.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORIGIN "https://desk.example.com"
#define CSRF "0123456789abcdef"

static const struct gct_param params[] = { { "text", GCT_P_TEXT, 0, 0, 20, NULL } };
static const struct gct_route route = { .path = "/things", .body = params, .body_count = 1 };

static void check_origin(struct gct_api_request *request)
{
    const struct gct_request *head = &request->exchange->request;
    struct gct_slice site = gct_request_header(head, "sec-fetch-site");
    struct gct_slice origin = gct_request_header(head, "origin");
    struct gct_session session = { .csrf = CSRF };
    if (check_browser(request, &session) == GCT_OK && is_unsafe(head->method)) {
        assert(origin.ptr == NULL || gct_slice_eq_nocase(origin, GCT_LIT(ORIGIN)));
        assert(site.ptr == NULL || gct_slice_is(site, "same-origin") || gct_slice_is(site, "none"));
        assert(gct_slice_is(gct_request_header(head, "x-csrf-token"), CSRF));
    }
}

static void check_type(struct gct_api_request *request)
{
    static const char json[] = "application/json";
    struct gct_slice type = gct_slice_trim(gct_request_header(&request->exchange->request, "content-type"));
    if (read_body(request) == GCT_OK) {
        assert(request->body != NULL && request->problem == NULL);
        assert(gct_slice_eq_nocase(gct_slice_head(type, sizeof json - 1u), gct_slice_of(json)));
    } else {
        assert(request->problem != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "origin", "sec-fetch-site", "x-csrf-token", "content-type" };
    static const char *const origins[] = { ORIGIN };
    struct gct_web web = { .origins = origins, .origin_count = 1 };
    struct gct_header headers[GCT_COUNT(names)];
    struct gct_slice rest = { (const char *)data, size };
    size_t count = 0;
    if (size == 0) {
        return 0;
    }
    rest = gct_slice_from(rest, 1u);
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        struct gct_slice line = gct_slice_head(rest, gct_slice_find(rest, '\n'));
        rest = gct_slice_from(rest, line.len + 1u);
        headers[count] = (struct gct_header){ gct_slice_of(names[i]), line };
        count += !gct_slice_is(line, "-");
    }
    struct gct_exchange exchange = { .request = { .method = (enum gct_method)(data[0] % GCT_METHOD_COUNT),
                                                  .headers = headers,
                                                  .header_count = count },
                                     .body = rest };
    struct gct_api_request request = {
        .web = &web, .route = &route, .exchange = &exchange, .arena = gct_arena_new((size_t)1u << 20)
    };
    check_origin(&request);
    gct_json_free(&request.problem);
    check_type(&request);
    gct_json_free(&request.problem);
    gct_json_free(&request.body);
    gct_arena_free(&request.arena);
    return 0;
}
