/* The results of encode(), classify() and gct.profile/1. */
#include "base/slice.h"
#include "plugin/guard/guard.h"

#define KNOWN_FLAGS (GCT_HTTP_REPEATABLE | GCT_HTTP_OPTIONAL | GCT_HTTP_MEDIA)
#define HEADER_VALUE_BYTES ((size_t)8u << 10)
#define LONGEST_PAUSE_MS (INT64_C(30) * 24 * 3600 * 1000)
#define AVATAR_BYTES ((size_t)4u << 10)
#define SENTENCE_BYTES ((size_t)1u << 10)

static const char *const methods[] = { "GET", "POST", "DELETE" };

/* Headers that say where a request goes or how long it is: the sender's alone. */
static const char *const reserved_headers[] = {
    "Host", "Content-Length", "Transfer-Encoding",   "User-Agent",       "Connection", "Expect", "Upgrade",
    "TE",   "Trailer",        "Proxy-Authorization", "Proxy-Connection", "Cookie"
};

static enum gct_status take_method(const struct guard *guard, struct gct_slice method, struct gct_slice *out)
{
    for (size_t i = 0; method.ptr != NULL && i < GCT_COUNT(methods); i++) {
        if (gct_slice_is(method, methods[i])) {
            *out = gct_slice_of(methods[i]);
            return GCT_OK;
        }
    }
    return gct_error_set(guard->err, GCT_PROTOCOL, "%s: its method is none of GET, POST, DELETE",
                         guard->thing);
}

/* Printable ASCII without the bytes of refused. */
static enum gct_status take_target(const struct guard *guard, const char *field, const char *refused,
                                   struct gct_slice text, struct gct_slice *out)
{
    enum gct_status st = guard_text(guard, field, text, out);
    for (size_t i = 0; st == GCT_OK && i < text.len; i++) {
        int bad = text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f;
        bad = bad || gct_slice_find(gct_slice_of(refused), text.ptr[i]) != gct_slice_of(refused).len;
        if (bad) {
            st = gct_error_set(guard->err, GCT_PROTOCOL,
                               "%s: %s holds byte 0x%02x, which must be percent-encoded", guard->thing, field,
                               (unsigned char)text.ptr[i]);
        }
    }
    return st;
}

static enum gct_status take_path(const struct guard *guard, struct gct_slice path, struct gct_slice *out)
{
    enum gct_status st = take_target(guard, "path", "?#{}\\\"<>", path, out);
    struct gct_slice rest = path;
    struct gct_slice part = GCT_EMPTY;
    if (st == GCT_OK && (path.len == 0 || path.ptr[0] != '/' || (path.len > 1u && path.ptr[1] == '/'))) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: its path must begin with one '/'", guard->thing);
    }
    while (st == GCT_OK && gct_slice_split(&rest, '/', &part)) {
        if (gct_slice_is(part, "..") || gct_slice_is(part, ".")) {
            st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: its path goes through '%.*s'", guard->thing,
                               GCT_ARG(part));
        }
    }
    return st;
}

static int is_token(struct gct_slice text)
{
    static const char extra[] = "!#$%&'*+-.^_`|~";
    int ok = text.len != 0 && text.len <= GUARD_WORD_BYTES;
    for (size_t i = 0; ok && i < text.len; i++) {
        char c = text.ptr[i];
        ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             gct_slice_find(gct_slice_of(extra), c) != sizeof extra - 1u;
    }
    return ok;
}

static enum gct_status take_header(const struct guard *guard, const struct gct_header *from,
                                   struct gct_header *to)
{
    enum gct_status st =
        guard_line(guard, "header name", GUARD_WORD_BYTES, GUARD_NEEDED, from->name, &to->name);
    if (st == GCT_OK && !is_token(from->name)) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: a header name holds a byte that none may hold",
                           guard->thing);
    }
    for (size_t i = 0; st == GCT_OK && i < GCT_COUNT(reserved_headers); i++) {
        if (gct_slice_eq_nocase(from->name, gct_slice_of(reserved_headers[i]))) {
            st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: header %s is the sender's to set", guard->thing,
                               reserved_headers[i]);
        }
    }
    return st != GCT_OK ? st
                        : guard_line(guard, "header value", HEADER_VALUE_BYTES, GUARD_MAY_BE_EMPTY,
                                     from->value, &to->value);
}

enum gct_status guard_request(const struct gct_http_request *request, struct gct_arena *arena,
                              const struct gct_http_request **out, struct gct_error *err)
{
    const struct guard guard = { arena, err, "request" };
    struct gct_http_request *to = GCT_ARENA_NEW(arena, gct_http_request);
    struct gct_header *headers = NULL;
    enum gct_status st = to == NULL ? guard_spent(&guard) : GCT_OK;
    *out = NULL;
    if (request == NULL) {
        st = gct_error_set(err, GCT_PROTOCOL, "request: it is NULL");
        goto out;
    }
    st = st != GCT_OK ? st : guard_size(&guard, request->size, sizeof *request);
    st = st != GCT_OK
             ? st
             : guard_number(&guard, "header_count", (int64_t)request->header_count, 0, GUARD_HEADERS);
    if (st == GCT_OK && request->header_count != 0) {
        headers = GCT_ARENA_ARRAY(arena, struct gct_header, request->header_count);
        st = headers == NULL ? guard_spent(&guard)
             : request->headers == NULL
                 ? gct_error_set(err, GCT_PROTOCOL, "request: headers is NULL and header_count %zu",
                                 request->header_count)
                 : GCT_OK;
    }
    if (st != GCT_OK) {
        goto out;
    }
    *to = (struct gct_http_request){ .size = sizeof *to,
                                     .flags = request->flags & KNOWN_FLAGS,
                                     .headers = headers,
                                     .header_count = request->header_count };
    for (size_t i = 0; st == GCT_OK && i < request->header_count; i++) {
        st = take_header(&guard, &request->headers[i], &headers[i]);
    }
    st = st != GCT_OK ? st : take_method(&guard, request->method, &to->method);
    st = st != GCT_OK ? st : take_path(&guard, request->path, &to->path);
    st = st != GCT_OK ? st : take_target(&guard, "query", "#\\\"<>", request->query, &to->query);
    if (st == GCT_OK && (request->body.ptr == NULL && request->body.len != 0)) {
        st = gct_error_set(err, GCT_PROTOCOL, "request: its body has no bytes and says it has %zu",
                           request->body.len);
    }
    if (st == GCT_OK) {
        to->body = request->body.len > GCT_CALL_ARENA ? GCT_EMPTY : gct_arena_copy(arena, request->body);
        st = to->body.len == request->body.len ? GCT_OK : guard_spent(&guard);
    }
    *out = st == GCT_OK ? to : NULL;
out:
    return st;
}

enum gct_status guard_profile(const struct gct_profile_reply *profile, struct gct_arena *arena,
                              struct gct_profile_reply *out, struct gct_error *err)
{
    const struct guard guard = { arena, err, "profile" };
    enum gct_status st = guard_size(&guard, profile->size, sizeof *profile);
    struct gct_profile_reply to = { .size = sizeof to };
    st = st != GCT_OK ? st : guard_number(&guard, "outcome", profile->outcome, 1, UINT32_MAX);
    st = st != GCT_OK ? st
                      : guard_number(&guard, "retry_after_ms", profile->retry_after_ms, 0, GUARD_LONGEST_MS);
    st = st != GCT_OK ? st : guard_id(&guard, "name", GUARD_MAY_BE_EMPTY, profile->name, &to.name);
    st = st != GCT_OK ? st : guard_id(&guard, "handle", GUARD_MAY_BE_EMPTY, profile->handle, &to.handle);
    st = st != GCT_OK ? st
                      : guard_line(&guard, "avatar_url", AVATAR_BYTES, GUARD_MAY_BE_EMPTY,
                                   profile->avatar_url, &to.avatar_url);
    st = st != GCT_OK
             ? st
             : guard_line(&guard, "lang", GUARD_WORD_BYTES, GUARD_MAY_BE_EMPTY, profile->lang, &to.lang);
    if (!gct_slice_starts(to.avatar_url, GCT_LIT("https://")) &&
        !gct_slice_starts(to.avatar_url, GCT_LIT("http://"))) {
        to.avatar_url = GCT_EMPTY;
    }
    to.outcome = profile->outcome <= GCT_PROFILE_LATER ? profile->outcome : GCT_PROFILE_REFUSED;
    to.retry_after_ms =
        profile->retry_after_ms < LONGEST_PAUSE_MS ? profile->retry_after_ms : LONGEST_PAUSE_MS;
    if (st == GCT_OK) {
        *out = to;
    }
    return st;
}

enum gct_status guard_verdict(const struct gct_verdict *verdict, struct gct_arena *arena,
                              struct gct_verdict *out, struct gct_error *err)
{
    const struct guard guard = { arena, err, "verdict" };
    enum gct_status st = guard_size(&guard, verdict->size, sizeof *verdict);
    struct gct_verdict to = { .size = sizeof to };
    st = st != GCT_OK ? st : guard_number(&guard, "outcome", verdict->outcome, 1, UINT32_MAX);
    st = st != GCT_OK ? st
                      : guard_number(&guard, "retry_after_ms", verdict->retry_after_ms, -1, GUARD_LONGEST_MS);
    st = st != GCT_OK ? st : guard_number(&guard, "pause_ms", verdict->pause_ms, 0, GUARD_LONGEST_MS);
    st = st != GCT_OK ? st
                      : guard_id(&guard, "remote_id", GUARD_MAY_BE_EMPTY, verdict->remote_id, &to.remote_id);
    st = st != GCT_OK ? st : guard_id(&guard, "code", GUARD_MAY_BE_EMPTY, verdict->code, &to.code);
    st = st != GCT_OK ? st
                      : guard_line(&guard, "sentence", SENTENCE_BYTES, GUARD_MAY_BE_EMPTY, verdict->sentence,
                                   &to.sentence);
    to.outcome = verdict->outcome < GCT_OUTCOME_COUNT ? verdict->outcome : (uint32_t)GCT_OUTCOME_UNCLEAR;
    to.retry_after_ms =
        verdict->retry_after_ms < LONGEST_PAUSE_MS ? verdict->retry_after_ms : LONGEST_PAUSE_MS;
    to.pause_ms = verdict->pause_ms < LONGEST_PAUSE_MS ? verdict->pause_ms : LONGEST_PAUSE_MS;
    to.usage_percent = verdict->usage_percent < 100u ? verdict->usage_percent : 100u;
    if (st == GCT_OK) {
        *out = to;
    }
    return st;
}
