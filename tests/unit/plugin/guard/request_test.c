#include "plugin/guard/request.c"
#include "plugin/guard/take.c"
#include "plugin/guard/text.c"

#include "cmocka_all.h"

static struct gct_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = gct_arena_new((size_t)16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gct_arena_free(&arena);
    return 0;
}

static struct gct_http_request request_of(const struct gct_header *header)
{
    return (struct gct_http_request){ .size = sizeof(struct gct_http_request),
                                      .flags = UINT32_MAX,
                                      .method = GCT_LIT("POST"),
                                      .path = GCT_LIT("/v25.0/me/messages"),
                                      .query = GCT_LIT("access_token={token}&a=%20"),
                                      .headers = header,
                                      .header_count = 1,
                                      .body = GCT_LIT("{\"a\":\"\xff\"}") };
}

static void a_right_request_passes_and_is_a_copy(void **state)
{
    const struct gct_header header = { GCT_LIT("Authorization"), GCT_LIT("Bearer {token}") };
    const struct gct_http_request request = request_of(&header);
    const struct gct_http_request *out = NULL;
    (void)state;
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_OK);
    assert_slice(out->query, "access_token={token}&a=%20");
    assert_slice(out->headers[0].value, "Bearer {token}");
    assert_ptr_not_equal(out->body.ptr, request.body.ptr);
    assert_int_equal(out->flags, KNOWN_FLAGS);
}

static const struct {
    const char *field; /* m, p, q, n, v */
    const char *value;
    const char *sentence;
} wrong[] = {
    { "m", "post", "its method is none of GET, POST, DELETE" },
    { "m", "", "its method is none of GET, POST, DELETE" },
    { "m", "CONNECT", "its method is none of GET, POST, DELETE" },
    { "p", "", "its path must begin with one '/'" },
    { "p", "v25.0/me", "its path must begin with one '/'" },
    { "p", "//evil.example/", "its path must begin with one '/'" },
    { "p", "https://evil.example/", "its path must begin with one '/'" },
    { "p", "/a/../b", "its path goes through '..'" },
    { "p", "/./b", "its path goes through '.'" },
    { "p", "/a?b", "path holds byte 0x3f" },
    { "p", "/a#b", "path holds byte 0x23" },
    { "p", "/{token}", "path holds byte 0x7b" },
    { "p", "/a b", "path holds byte 0x20" },
    { "p", "/a\r\nHost: x", "path holds byte 0x0d" },
    { "p", "/caf\xc3\xa9", "path holds byte 0xc3" },
    { "q", "a=b c", "query holds byte 0x20" },
    { "q", "a=b\r\n", "query holds byte 0x0d" },
    { "q", "a#b", "query holds byte 0x23" },
    { "n", "", "header name is empty" },
    { "n", "X Note", "a header name holds a byte that none may hold" },
    { "n", "X-Note:", "a header name holds a byte that none may hold" },
    { "n", "X\r\nHost", "header name holds control character 0x0d" },
    { "n", "HOST", "header Host is the sender's to set" },
    { "n", "content-length", "header Content-Length is the sender's to set" },
    { "n", "Transfer-Encoding", "header Transfer-Encoding is the sender's to set" },
    { "n", "cookie", "header Cookie is the sender's to set" },
    { "v", "a\r\nHost: evil.example", "header value holds control character 0x0d" },
    { "v", "a\nb", "header value holds control character 0x0a" },
    { "v", "caf\xe9", "header value is not UTF-8" },
};

static void each_wrong_request_has_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(wrong); i++) {
        struct gct_header header = { GCT_LIT("X-Note"), GCT_LIT("a") };
        struct gct_http_request request = request_of(&header);
        struct gct_slice value = gct_slice_of(wrong[i].value);
        struct gct_error err = { GCT_OK, "" };
        const struct gct_http_request *out = NULL;
        switch (wrong[i].field[0]) {
        case 'm': request.method = value; break;
        case 'p': request.path = value; break;
        case 'q': request.query = value; break;
        case 'n': header.name = value; break;
        default: header.value = value; break;
        }
        assert_int_equal(guard_request(&request, arena, &out, &err), GCT_PROTOCOL);
        assert_null(out);
        if (strstr(err.text, wrong[i].sentence) == NULL) {
            fail_msg("\"%s\": \"%s\", expected \"%s\"", wrong[i].value, err.text, wrong[i].sentence);
        }
    }
}

static void sizes_and_pointers_are_looked_at_first(void **state)
{
    const struct gct_header header = { GCT_LIT("X-Note"), GCT_LIT("a") };
    const struct gct_http_request *out = NULL;
    struct gct_http_request request = request_of(&header);
    (void)state;
    assert_int_equal(guard_request(NULL, arena, &out, NULL), GCT_PROTOCOL);
    request.size--;
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_PROTOCOL);
    request = request_of(NULL);
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_PROTOCOL);
    request = request_of(&header);
    request.method = (struct gct_slice){ NULL, 3 };
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_PROTOCOL);
    request = request_of(&header);
    request.header_count = SIZE_MAX;
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_PROTOCOL);
    request = request_of(&header);
    request.body = (struct gct_slice){ NULL, 9 };
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_PROTOCOL);
    request.body = (struct gct_slice){ "", SIZE_MAX };
    assert_int_equal(guard_request(&request, arena, &out, NULL), GCT_LIMIT);
}

static void a_verdict_is_brought_within_bounds(void **state)
{
    const struct gct_verdict whole = { .size = sizeof whole,
                                       .outcome = GCT_OUTCOME_RATE_LIMITED,
                                       .retry_after_ms = -1,
                                       .remote_id = GCT_LIT("m_1"),
                                       .code = GCT_LIT("10/2018278"),
                                       .sentence = GCT_LIT("too many"),
                                       .usage_percent = 180,
                                       .pause_ms = GUARD_LONGEST_MS };
    struct gct_verdict part = whole;
    struct gct_verdict out = { 0 };
    (void)state;
    assert_int_equal(guard_verdict(&whole, arena, &out, NULL), GCT_OK);
    assert_int_equal(out.outcome, GCT_OUTCOME_RATE_LIMITED);
    assert_int_equal(out.usage_percent, 100);
    assert_int_equal(out.pause_ms, LONGEST_PAUSE_MS);
    assert_int_equal(out.retry_after_ms, -1);
    assert_slice(out.code, "10/2018278");
    part.outcome = GCT_OUTCOME_COUNT;
    assert_int_equal(guard_verdict(&part, arena, &out, NULL), GCT_OK);
    assert_int_equal(out.outcome, GCT_OUTCOME_UNCLEAR);
    part = whole;
    part.outcome = 0;
    assert_int_equal(guard_verdict(&part, arena, &out, NULL), GCT_PROTOCOL);
    part = whole;
    part.pause_ms = -1;
    assert_int_equal(guard_verdict(&part, arena, &out, NULL), GCT_PROTOCOL);
    part = whole;
    part.sentence = GCT_LIT("two\nlines");
    assert_int_equal(guard_verdict(&part, arena, &out, NULL), GCT_PROTOCOL);
    part = whole;
    part.size = 16;
    assert_int_equal(guard_verdict(&part, arena, &out, NULL), GCT_PROTOCOL);
}

static void results_of_a_failed_call_are_dropped(void **state)
{
    const struct gct_header header = { GCT_LIT("X-Note"), GCT_LIT("a") };
    struct gct_http_request request = request_of(&header);
    struct gct_translation translation = { .kind = GCT_ENCODE, .arena = arena };
    (void)state;
    for (size_t i = 0; i < GCT_ENCODE_REQUESTS; i++) {
        assert_int_equal(guard_take_request(&translation, &request), GCT_OK);
    }
    assert_int_equal(translation.request_count, GCT_ENCODE_REQUESTS);
    assert_slice(translation.requests[15]->path, "/v25.0/me/messages");
    assert_int_equal(guard_take_request(&translation, &request), GCT_LIMIT);
    guard_finish(&translation, GCT_OK, NULL, GCT_LIT("said by the plugin"));
    assert_int_equal(translation.status, GCT_LIMIT);
    assert_int_equal(translation.fault, GCT_FAULT_NONE);
    assert_int_equal(translation.request_count, 0);
    assert_slice(translation.reason, "more than 16 requests for one message");
}

static void a_refusal_keeps_the_plugins_reason(void **state)
{
    struct gct_translation translation = { .kind = GCT_ENCODE, .arena = arena };
    (void)state;
    guard_finish(&translation, GCT_UNSUPPORTED, NULL, GCT_LIT("no stickers here"));
    assert_int_equal(translation.status, GCT_UNSUPPORTED);
    assert_slice(translation.reason, "no stickers here");
}

static void nothing_to_send_is_no_success(void **state)
{
    struct gct_translation translation = { .kind = GCT_ENCODE, .arena = arena };
    (void)state;
    guard_finish(&translation, GCT_OK, NULL, GCT_EMPTY);
    assert_int_equal(translation.status, GCT_PROTOCOL);
    assert_slice(translation.reason, "encode returned 0 (done) and emitted no request");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_request_passes_and_is_a_copy),
        cmocka_unit_test(each_wrong_request_has_its_sentence),
        cmocka_unit_test(sizes_and_pointers_are_looked_at_first),
        cmocka_unit_test(a_verdict_is_brought_within_bounds),
        cmocka_unit_test(results_of_a_failed_call_are_dropped),
        cmocka_unit_test(a_refusal_keeps_the_plugins_reason),
        cmocka_unit_test(nothing_to_send_is_no_success),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
