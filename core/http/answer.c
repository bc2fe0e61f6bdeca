#include "http/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/slice.h"

size_t gct_answer_safe_headers(const struct gct_web *web, struct gct_header *headers, size_t count)
{
    static const struct gct_header always[] = {
        { { GCT_TEXT("x-content-type-options") }, { GCT_TEXT("nosniff") } },
        { { GCT_TEXT("referrer-policy") }, { GCT_TEXT("no-referrer") } },
        { { GCT_TEXT("cross-origin-opener-policy") }, { GCT_TEXT("same-origin") } },
        { { GCT_TEXT("cross-origin-resource-policy") }, { GCT_TEXT("same-origin") } },
    };
    static const struct gct_header strict_transport = { { GCT_TEXT("strict-transport-security") },
                                                        { GCT_TEXT(GCT_STRICT_TRANSPORT) } };
    memcpy(headers + count, always, sizeof always);
    count += GCT_COUNT(always);
    if (web->secure) {
        headers[count++] = strict_transport;
    }
    return count;
}

void gct_answer_api(const struct gct_web *web, struct gct_exchange *exchange, unsigned status, int is_problem,
                    const struct gct_header *headers, size_t header_count, struct gct_slice body)
{
    struct gct_header all[16];
    size_t count = 0;
    GCT_CHECK(header_count + 4u + GCT_SAFE_HEADERS <= GCT_COUNT(all));
    if (header_count != 0) {
        memcpy(all, headers, header_count * sizeof *headers);
        count = header_count;
    }
    if (body.len != 0) {
        all[count++] =
            (struct gct_header){ GCT_LIT("content-type"), is_problem ? GCT_LIT("application/problem+json")
                                                                     : GCT_LIT("application/json") };
    }
    if (status == 401u) {
        all[count++] = (struct gct_header){ GCT_LIT("www-authenticate"), GCT_LIT("Bearer") };
    }
    all[count++] = (struct gct_header){ GCT_LIT("cache-control"), GCT_LIT("no-store") };
    count = gct_answer_safe_headers(web, all, count);
    gct_exchange_answer(exchange, status, all, count, body);
}

void gct_answer_text(const struct gct_web *web, struct gct_exchange *exchange, unsigned status,
                     struct gct_slice text)
{
    struct gct_header all[2u + GCT_SAFE_HEADERS] = {
        { GCT_LIT("content-type"), GCT_LIT("text/plain; charset=utf-8") },
        { GCT_LIT("cache-control"), GCT_LIT("no-store") },
    };
    gct_exchange_answer(exchange, status, all, gct_answer_safe_headers(web, all, 2u), text);
}

void gct_answer_problem(const struct gct_web *web, struct gct_exchange *exchange, enum gct_problem problem,
                        const char *detail, const char *allow, unsigned retry_after)
{
    struct gct_header headers[2];
    size_t count = 0;
    char seconds[16];
    struct gct_buffer text = { 0 };
    struct gct_json *document = gct_problem_json(problem, detail);
    gct_json_write(document, &text);
    gct_json_free(&document);
    if (allow != NULL) {
        headers[count++] = (struct gct_header){ GCT_LIT("allow"), gct_slice_of(allow) };
    }
    if (retry_after != 0) {
        (void)snprintf(seconds, sizeof seconds, "%u", retry_after);
        headers[count++] = (struct gct_header){ GCT_LIT("retry-after"), gct_slice_of(seconds) };
    }
    gct_answer_api(web, exchange, gct_problem_info(problem)->status, 1, headers, count,
                   gct_buffer_slice(&text));
    gct_buffer_free(&text);
}
