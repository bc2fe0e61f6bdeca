/* What a plugin may hand over, right and wrong: the guard takes it or refuses it, and what it took it takes
 * again. The input is a stream of values; pointers are always to memory that is there, for about others
 * nothing can be said. */
#include <string.h>

#include "base/slice.h"
#include "plugin/guard/guard.h"

#define FEW 4u
#define LONG_TEXT ((64u << 10) + 1u)
#define MOST_BYTES 512u

/* Members of a struct in their order, from its size on: u 32 bits, i 64 bits, s a slice, A attachments, R
 * remote ids, C a context. */
#define HEAD "uuuusssisi"
#define SHAPE_CASE(name, shape) [GCT_EVENT_##name] = HEAD shape,
#define SHAPE_TABLE(X)                                                                                       \
    X(MESSAGE, "uusssssAC")                                                                                  \
    X(EDIT, "ssi")                                                                                           \
    X(UNSEND, "s")                                                                                           \
    X(REACTION, "uuuuss")                                                                                    \
    X(RECEIPT, "uuRi")                                                                                       \
    X(REFERRAL, "C")                                                                                         \
    X(CONSENT, "uus")                                                                                        \
    X(HANDOVER, "uusss")                                                                                     \
    X(NOTICE, "uuss")                                                                                        \
    X(FEEDBACK, "uus")                                                                                       \
    X(LINKING, "uu")                                                                                         \
    X(UNKNOWN, "ss")
static const char *const shapes[GCT_EVENT_COUNT] = { SHAPE_TABLE(SHAPE_CASE) };

struct stream {
    struct gct_slice rest;
    char *long_text;
    struct gct_context context;
    struct gct_attachment attachments[FEW];
    const struct gct_attachment *pointers[FEW];
    struct gct_slice ids[FEW];
};

static struct gct_slice bytes(struct stream *stream, size_t len)
{
    struct gct_slice taken = gct_slice_head(stream->rest, len);
    stream->rest = gct_slice_from(stream->rest, len);
    return taken;
}

/* One byte; the largest one announces a whole number. */
static int64_t number(struct stream *stream)
{
    struct gct_slice byte = bytes(stream, 1);
    int64_t value = byte.len == 0 ? 0 : (unsigned char)byte.ptr[0];
    if (value == 255) {
        byte = bytes(stream, sizeof value);
        for (size_t i = 0; i < byte.len; i++) {
            ((char *)&value)[i] = byte.ptr[i];
        }
    }
    return value;
}

static struct gct_slice slice(struct stream *stream)
{
    int64_t len = number(stream);
    return len == 254   ? (struct gct_slice){ NULL, 3 }
           : len == 253 ? (struct gct_slice){ stream->long_text, LONG_TEXT }
                        : bytes(stream, (size_t)len & 127u);
}

static void fill(struct stream *stream, const char *shape, void *out);

static const void *pointer(struct stream *stream, char what)
{
    if (number(stream) == 0) {
        return NULL;
    }
    if (what == 'C') {
        fill(stream, "uussssss", &stream->context);
        return &stream->context;
    }
    for (size_t i = 0; i < FEW; i++) {
        if (what == 'A') {
            fill(stream, "uusssssiiuu", &stream->attachments[i]);
            stream->pointers[i] = number(stream) == 0 ? NULL : &stream->attachments[i];
        } else {
            stream->ids[i] = slice(stream);
        }
    }
    return what == 'A' ? (const void *)stream->pointers : stream->ids;
}

static void put(void *out, size_t *offset, const void *value, size_t size, size_t align)
{
    *offset = (*offset + align - 1u) / align * align;
    memcpy((char *)out + *offset, value, size);
    *offset += size;
}

static void fill(struct stream *stream, const char *shape, void *out)
{
    size_t offset = 0;
    for (; *shape != '\0'; shape++) {
        if (*shape == 'u') {
            uint32_t value = (uint32_t)number(stream);
            put(out, &offset, &value, sizeof value, sizeof value);
        } else if (*shape == 'i') {
            int64_t value = number(stream);
            put(out, &offset, &value, sizeof value, sizeof value);
        } else if (*shape == 's') {
            struct gct_slice value = slice(stream);
            put(out, &offset, &value, sizeof value, _Alignof(struct gct_slice));
        } else {
            const void *value = pointer(stream, *shape);
            put(out, &offset, &value, sizeof value, _Alignof(void *));
        }
    }
}

static void fuzz_event(struct stream *stream, struct gct_arena *arena)
{
    union {
        struct gct_event head;
        struct gct_event_message message;
        struct gct_event_receipt receipt;
        char room[MOST_BYTES];
    } event = { .head = { 0 } };
    const struct gct_event *copy = NULL;
    const struct gct_event *again = NULL;
    struct gct_error err = { 0 };
    size_t kind = (size_t)number(stream) % GCT_EVENT_COUNT;
    fill(stream, kind == 0 ? HEAD : shapes[kind], &event);
    if (event.head.kind == GCT_EVENT_MESSAGE && event.message.attachment_count <= GUARD_ATTACHMENTS) {
        event.message.attachment_count %= FEW + 1u;
    }
    if (event.head.kind == GCT_EVENT_RECEIPT && event.receipt.remote_id_count <= GUARD_REMOTE_IDS) {
        event.receipt.remote_id_count %= FEW + 1u;
    }
    /* No member of another kind may be looked at. One that nobody knows has none. */
    if (event.head.kind != kind && event.head.kind < GCT_EVENT_COUNT) {
        event.head.kind = 0;
    }
    if (guard_event(&event.head, event.head.account, arena, &copy, &err) == GCT_OK) {
        GCT_CHECK(guard_event(copy, copy->account, arena, &again, &err) == GCT_OK);
        GCT_CHECK(again->kind == copy->kind && gct_slice_eq(again->key, copy->key));
    } else {
        GCT_CHECK(copy == NULL && gct_utf8_valid(gct_slice_of(err.text)));
    }
}

static void fuzz_request(struct stream *stream, struct gct_arena *arena)
{
    struct gct_header headers[FEW];
    struct gct_http_request request = { .size = (uint32_t)number(stream), .flags = (uint32_t)number(stream) };
    const struct gct_http_request *copy = NULL;
    const struct gct_http_request *again = NULL;
    struct gct_error err = { 0 };
    request.method = slice(stream);
    request.path = slice(stream);
    request.query = slice(stream);
    request.body = slice(stream);
    for (size_t i = 0; i < FEW; i++) {
        headers[i] = (struct gct_header){ slice(stream), slice(stream) };
    }
    request.header_count = (size_t)number(stream);
    request.header_count =
        request.header_count > GUARD_HEADERS ? request.header_count : request.header_count % (FEW + 1u);
    request.headers = number(stream) == 0 ? NULL : headers;
    if (guard_request(&request, arena, &copy, &err) == GCT_OK) {
        GCT_CHECK(guard_request(copy, arena, &again, &err) == GCT_OK);
        GCT_CHECK(gct_slice_eq(again->path, copy->path) && gct_slice_eq(again->query, copy->query));
    } else {
        GCT_CHECK(copy == NULL && gct_utf8_valid(gct_slice_of(err.text)));
    }
}

static void fuzz_verdict(struct stream *stream, struct gct_arena *arena)
{
    struct gct_verdict verdict;
    struct gct_verdict copy = { 0 };
    struct gct_error err = { 0 };
    fill(stream, "uuisssuui", &verdict);
    if (guard_verdict(&verdict, arena, &copy, &err) == GCT_OK) {
        GCT_CHECK(copy.outcome < GCT_OUTCOME_COUNT && copy.usage_percent <= 100u);
        GCT_CHECK(guard_verdict(&copy, arena, &copy, &err) == GCT_OK);
    }
}

static void fuzz_profile(struct stream *stream, struct gct_arena *arena)
{
    struct gct_profile_reply profile;
    struct gct_profile_reply copy = { 0 };
    struct gct_error err = { 0 };
    fill(stream, "uuissss", &profile);
    if (guard_profile(&profile, arena, &copy, &err) == GCT_OK) {
        GCT_CHECK(copy.outcome <= GCT_PROFILE_LATER);
        GCT_CHECK(guard_profile(&copy, arena, &copy, &err) == GCT_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const things[])(struct stream *, struct gct_arena *) = { fuzz_event, fuzz_request,
                                                                           fuzz_verdict, fuzz_profile };
    static char long_text[LONG_TEXT];
    struct stream stream = { .rest = { (const char *)data, size }, .long_text = long_text };
    struct gct_arena *arena = gct_arena_new((size_t)1 << 20);
    memset(long_text, 'x', sizeof long_text);
    things[(size_t)number(&stream) % GCT_COUNT(things)](&stream, arena);
    gct_arena_free(&arena);
    return 0;
}
