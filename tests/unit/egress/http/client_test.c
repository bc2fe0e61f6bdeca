#include "egress/http/client.c"

#include "egress/platform.h"

#define BODY "{\"recipient\":{\"id\":\"1\"},\"message\":{\"text\":\"words\"}}"

struct bench {
    struct platform platform;
    struct client *client;
    char base[64];
    struct gct_arena *arena;
    struct client_call call;
    int done;
    struct gct_error err;
};

static void ended(struct client_call *call)
{
    struct bench *bench = GCT_STRUCT_OF(call, bench, call);
    bench->done = 1;
}

static struct bench *bench_open(void (*script)(struct platform *platform, const struct platform_heard *heard,
                                               struct platform_says *says))
{
    const struct client_options options = { .connect_ms = 1000, .total_ms = 1000 };
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    platform_begin(&bench->platform, 0, script);
    assert_int_equal(client_new(&options, &bench->client, &bench->err), GCT_OK);
    (void)snprintf(bench->base, sizeof bench->base, "http://127.0.0.1:%u", bench->platform.port);
    bench->arena = gct_arena_new((size_t)4 << 20);
    return bench;
}

static void bench_close(struct bench *bench)
{
    client_free(&bench->client);
    platform_end(&bench->platform);
    gct_arena_free(&bench->arena);
    free(bench);
}

static struct gct_http_request post_of(const char *path)
{
    static const struct gct_header headers[] = {
        { { GCT_TEXT("Authorization") }, { GCT_TEXT("Bearer secret") } },
        { { GCT_TEXT("Content-Type") }, { GCT_TEXT("application/json") } },
    };
    return (struct gct_http_request){ .size = sizeof(struct gct_http_request),
                                      .method = GCT_LIT("POST"),
                                      .path = gct_slice_of(path),
                                      .query = GCT_LIT("proof=abc"),
                                      .headers = headers,
                                      .header_count = 2,
                                      .body = GCT_LIT(BODY) };
}

static enum gct_status begin(struct bench *bench, const char *base, const struct gct_http_request *request)
{
    bench->done = 0;
    gct_arena_reset(bench->arena);
    bench->call = (struct client_call){ .arena = bench->arena, .done = ended };
    return client_send(bench->client, &bench->call, gct_slice_of(base), request, &bench->err);
}

static void finish_call(struct bench *bench)
{
    int64_t until = gct_clock_mono_ms() + 10000;
    while (!bench->done && gct_clock_mono_ms() < until) {
        client_turn(bench->client);
        if (!bench->done) {
            client_sleep(bench->client, 50);
        }
    }
    assert_true(bench->done);
}

static void ask(struct bench *bench, const struct gct_http_request *request)
{
    assert_int_equal(begin(bench, bench->base, request), GCT_OK);
    finish_call(bench);
}

/* What the path says is done. */
static void by_path(struct platform *platform, const struct platform_heard *heard, struct platform_says *says)
{
    (void)platform;
    (void)snprintf(says->body, sizeof says->body, "{\"message_id\":\"mid_1\"}");
    if (strstr(heard->text, " /cut") != NULL) {
        says->act = PLATFORM_CUT;
    } else if (strstr(heard->text, " /half") != NULL) {
        says->act = PLATFORM_HALF;
    } else if (strstr(heard->text, " /hang") != NULL) {
        says->act = PLATFORM_HANG;
    } else if (strstr(heard->text, " /away") != NULL) {
        says->status = 302;
        says->headers = "Location: /elsewhere\r\n";
    } else if (strstr(heard->text, " /huge") != NULL) {
        says->filler = (size_t)100 << 20;
    } else if (strstr(heard->text, " /500") != NULL) {
        says->status = 500;
        says->headers = "X-One: 1 \r\nX-Two:\r\n";
    }
}

static void a_request_arrives_as_it_was_described(void **state)
{
    struct bench *bench = bench_open(by_path);
    const struct gct_http_request request = post_of("/v1/100/messages");
    (void)state;
    ask(bench, &request);
    assert_int_equal(bench->call.end, CLIENT_ANSWERED);
    assert_int_equal(bench->call.response.status, 200);
    assert_slice(bench->call.response.body, "{\"message_id\":\"mid_1\"}");
    const char *heard = bench->platform.heard[0].text;
    assert_non_null(strstr(heard, "POST /v1/100/messages?proof=abc HTTP/1.1\r\n"));
    assert_non_null(strstr(heard, "\r\nAuthorization: Bearer secret\r\n"));
    assert_non_null(strstr(heard, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(heard, "\r\nUser-Agent: guichet/"));
    assert_null(strcasestr(heard, "\r\nExpect:"));
    assert_null(strcasestr(heard, "\r\nAccept-Encoding:"));
    assert_null(strcasestr(heard, "\r\nTransfer-Encoding:"));
    assert_string_equal(bench->platform.heard[0].body, BODY);
    ask(bench, &request);
    assert_int_equal(platform_connection(&bench->platform, 1u), 1); /* kept alive */
    const struct gct_http_request get = { .size = sizeof get,
                                          .method = GCT_LIT("GET"),
                                          .path = GCT_LIT("/me") };
    ask(bench, &get);
    assert_int_equal(bench->call.end, CLIENT_ANSWERED);
    assert_non_null(strstr(bench->platform.heard[2].text, "GET /me HTTP/1.1\r\n"));
    const struct gct_http_request gone = { .size = sizeof gone,
                                           .method = GCT_LIT("DELETE"),
                                           .path = GCT_LIT("/me") };
    ask(bench, &gone);
    assert_non_null(strstr(bench->platform.heard[3].text, "DELETE /me HTTP/1.1\r\n"));
    bench_close(bench);
}

static void an_answer_comes_with_its_headers(void **state)
{
    struct bench *bench = bench_open(by_path);
    const struct gct_http_request request = post_of("/500");
    (void)state;
    ask(bench, &request);
    assert_int_equal(bench->call.end, CLIENT_ANSWERED);
    assert_int_equal(bench->call.response.status, 500);
    assert_int_equal(bench->call.response.header_count, 3);
    assert_slice(bench->call.response.headers[1].name, "X-One");
    assert_slice(bench->call.response.headers[1].value, "1");
    assert_slice(bench->call.response.headers[2].value, "");
    bench_close(bench);
}

static void an_answer_that_is_lost_is_unclear_and_the_request_goes_out_once(void **state)
{
    static const char *const paths[] = { "/cut", "/half", "/hang" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(paths); i++) {
        struct bench *bench = bench_open(by_path);
        const struct gct_http_request request = post_of(paths[i]);
        ask(bench, &request);
        assert_int_equal(bench->call.end, CLIENT_UNCLEAR);
        assert_true(strlen(bench->call.reason) > 0u);
        assert_int_equal(platform_count(&bench->platform), 1);
        bench_close(bench);
    }
}

/* A kept connection ends with a request on it: the library alone would repeat the request on a new one. */
static void a_request_on_a_kept_connection_that_ends_is_not_repeated_in_silence(void **state)
{
    static const char *const methods[] = { "POST", "DELETE" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(methods); i++) {
        struct bench *bench = bench_open(by_path);
        const struct gct_http_request well = post_of("/well");
        struct gct_http_request cut = post_of("/cut");
        cut.method = gct_slice_of(methods[i]);
        cut.body = i == 0 ? cut.body : GCT_EMPTY;
        ask(bench, &well);
        ask(bench, &cut);
        assert_int_equal(platform_connection(&bench->platform, 1u), 1);
        assert_int_equal(bench->call.end, CLIENT_UNCLEAR);
        assert_int_equal(platform_count(&bench->platform), 2);
        bench_close(bench);
    }
}

static void what_cannot_be_reached_was_not_taken(void **state)
{
    struct bench *bench = bench_open(by_path);
    const struct gct_http_request request = post_of("/well");
    char base[64];
    (void)state;
    int closed = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof address;
    assert_int_equal(bind(closed, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(closed, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(base, sizeof base, "http://127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(begin(bench, base, &request), GCT_OK);
    finish_call(bench);
    assert_int_equal(bench->call.end, CLIENT_NOT_TAKEN);
    (void)close(closed);
    /* Speaking TLS to something that does not. */
    (void)snprintf(base, sizeof base, "https://127.0.0.1:%u", bench->platform.port);
    assert_int_equal(begin(bench, base, &request), GCT_OK);
    finish_call(bench);
    assert_int_equal(bench->call.end, CLIENT_NOT_TAKEN);
    assert_null(strstr(bench->call.reason, "secret"));
    bench_close(bench);
}

static void redirects_are_not_followed_and_bodies_are_capped(void **state)
{
    struct bench *bench = bench_open(by_path);
    struct gct_http_request request = post_of("/away");
    (void)state;
    ask(bench, &request);
    assert_int_equal(bench->call.response.status, 302);
    assert_int_equal(platform_count(&bench->platform), 1);
    request = post_of("/huge");
    ask(bench, &request);
    assert_int_equal(bench->call.end, CLIENT_ANSWERED);
    assert_int_equal(bench->call.response.status, 200);
    assert_int_equal(bench->call.response.body.len, CLIENT_ANSWER_BYTES);
    bench_close(bench);
}

static void what_must_not_be_sent_is_refused(void **state)
{
    static const char *const bases[] = { "ftp://example.com",
                                         "https://",
                                         "http://example.com",
                                         "http://127.0.0.1.example.com",
                                         "http://localhost@example.com",
                                         "file:///etc/passwd",
                                         "",
                                         "https://exa mple.com" };
    static const struct gct_header injected[] = {
        { { GCT_TEXT("X-A") }, { GCT_TEXT("a\r\nX-B: b") } },
        { { GCT_TEXT("X-A") }, { GCT_TEXT("a\nb") } },
        { { GCT_TEXT("X-A") }, { GCT_TEXT("a\0b") } },
        { { GCT_TEXT("X A") }, { GCT_TEXT("a") } },
        { { GCT_TEXT("Host") }, { GCT_TEXT("a") } },
        { { GCT_TEXT("content-length") }, { GCT_TEXT("1") } },
        { { GCT_TEXT("") }, { GCT_TEXT("a") } },
        { { GCT_TEXT("X:A") }, { GCT_TEXT("a") } },
    };
    static const char *const paths[] = { "", "me", "/a b", "/a\r\nX: b", "/\x80" };
    struct bench *bench = bench_open(by_path);
    struct gct_http_request request = post_of("/well");
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(bases); i++) {
        assert_int_equal(begin(bench, bases[i], &request), GCT_INVALID);
    }
    request.header_count = 1;
    for (size_t i = 0; i < GCT_COUNT(injected); i++) {
        request.headers = &injected[i];
        assert_int_equal(begin(bench, bench->base, &request), GCT_INVALID);
    }
    request.header_count = 0;
    for (size_t i = 0; i < GCT_COUNT(paths); i++) {
        request.path = gct_slice_of(paths[i]);
        assert_int_equal(begin(bench, bench->base, &request), GCT_INVALID);
    }
    assert_int_equal(client_count(bench->client), 0);
    assert_int_equal(platform_count(&bench->platform), 0);
    bench_close(bench);
}

static void a_cancelled_request_ends_as_what_it_is(void **state)
{
    struct bench *bench = bench_open(by_path);
    const struct gct_http_request request = post_of("/hang");
    (void)state;
    assert_int_equal(begin(bench, bench->base, &request), GCT_OK);
    client_cancel(bench->client, &bench->call);
    assert_true(bench->done);
    assert_int_equal(bench->call.end, CLIENT_NOT_TAKEN);
    assert_int_equal(begin(bench, bench->base, &request), GCT_OK);
    while (platform_count(&bench->platform) == 0) {
        client_turn(bench->client);
        client_sleep(bench->client, 5);
    }
    client_cancel(bench->client, &bench->call);
    assert_int_equal(bench->call.end, CLIENT_UNCLEAR);
    assert_int_equal(client_count(bench->client), 0);
    bench_close(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_arrives_as_it_was_described),
        cmocka_unit_test(an_answer_comes_with_its_headers),
        cmocka_unit_test(an_answer_that_is_lost_is_unclear_and_the_request_goes_out_once),
        cmocka_unit_test(a_request_on_a_kept_connection_that_ends_is_not_repeated_in_silence),
        cmocka_unit_test(what_cannot_be_reached_was_not_taken),
        cmocka_unit_test(redirects_are_not_followed_and_bodies_are_capped),
        cmocka_unit_test(what_must_not_be_sent_is_refused),
        cmocka_unit_test(a_cancelled_request_ends_as_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
