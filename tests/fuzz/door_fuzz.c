/* Any head of a request before the door: lines stand for the facts, the first two bytes say which are there,
 * which are repeated, and what else is wrong. What passes keeps the promises of net/door.h. Then the query:
 * an argument that was encoded anew says what it said. */
#include "net/serve/head.c"

#include <stdlib.h>

#include "base/heap.h"
#include "http/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const origins[] = { "https://desk.example.com", "http://127.0.0.1:8080", "http://[::]:1" };

struct lines {
    struct gct_slice rest;
    unsigned present, repeated; /* one bit a field */
};

static struct gct_slice next_line(struct lines *lines)
{
    struct gct_slice line = GCT_EMPTY;
    (void)gct_slice_split(&lines->rest, '\n', &line);
    return line;
}

static struct door_field next_field(struct lines *lines)
{
    struct door_field field = { .present = (int)(lines->present & 1u) };
    if (field.present) {
        field.repeated = (int)(lines->repeated & 1u);
        field.value = next_line(lines);
    }
    lines->present >>= 1;
    lines->repeated >>= 1;
    return field;
}

static struct door_facts read_facts(struct gct_slice text)
{
    const unsigned char *bits = (const unsigned char *)text.ptr;
    struct lines lines = { .rest = gct_slice_from(text, 4u),
                           .present = (unsigned)bits[0] << 8 | bits[1],
                           .repeated = (unsigned)bits[2] << 8 | bits[3] };
    struct door_facts facts = { .method = next_line(&lines),
                                .path = next_line(&lines),
                                .version = next_line(&lines) };
    struct door_field *const fields[] = { &facts.host,
                                          &facts.content_length,
                                          &facts.transfer_encoding,
                                          &facts.content_encoding,
                                          &facts.connection,
                                          &facts.upgrade,
                                          &facts.expect,
                                          &facts.key,
                                          &facts.socket_version,
                                          &facts.subprotocol };
    for (size_t i = 0; i < GCT_COUNT(fields); i++) {
        *fields[i] = next_field(&lines);
    }
    facts.cut = (int)(lines.present & 1u);
    facts.misspelt = (int)(lines.present >> 1 & 1u);
    return facts;
}

static void check_passed(const struct door_facts *facts, enum gct_method method, uint64_t length)
{
    GCT_CHECK(gct_slice_is(facts->method, gct_method_name(method)) && length <= 999999999u);
    GCT_CHECK(!facts->cut && !facts->misspelt && !facts->transfer_encoding.present);
    GCT_CHECK(facts->host.present && !facts->host.repeated && door_value_ok(facts->host.value));
    GCT_CHECK(facts->path.len != 0 && facts->path.ptr[0] == '/' && door_value_ok(facts->path));
    GCT_CHECK(length == 0 || (facts->content_length.present && !facts->content_length.repeated));
    GCT_CHECK(length == 0 || (method != GCT_METHOD_GET && method != GCT_METHOD_HEAD));
    if (door_check_upgrade(facts, method, length) == DOOR_PASS) {
        GCT_CHECK(method == GCT_METHOD_GET && length == 0 && facts->key.value.len == 24u);
        GCT_CHECK(!door_wants_continue(facts, length) && !facts->subprotocol.present);
    }
    (void)door_wants_close(facts);
}

static unsigned hex_digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

static void check_argument(struct gct_slice text)
{
    char *room = gct_heap_new(3u * text.len + 1u);
    size_t used = argument_encode(text.ptr, text.len, room);
    size_t at = 0;
    GCT_CHECK(used <= 3u * text.len);
    for (size_t i = 0; i < text.len; i++, at++) {
        unsigned c = (unsigned char)room[at];
        if (c == '%') {
            c = hex_digit(room[at + 1u]) << 4 | hex_digit(room[at + 2u]);
            at += 2u;
        }
        GCT_CHECK(at < used && c == (unsigned char)text.ptr[i]);
    }
    GCT_CHECK(at == used);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice text = { (const char *)data, size };
    enum gct_method method = GCT_METHOD_COUNT;
    uint64_t length = 0;
    if (size < 4u) {
        return 0;
    }
    const struct door_facts facts = read_facts(text);
    enum door_refusal refusal = door_check(&facts, &method, &length);
    if (refusal == DOOR_PASS) {
        check_passed(&facts, method, length);
    } else {
        GCT_CHECK(door_words(refusal)->status >= 400u);
    }
    (void)gct_host_is_ours(origins, GCT_COUNT(origins), facts.host.value);
    (void)gct_host_is_ours(origins, 1u, facts.host.value);
    check_argument(gct_slice_from(text, 4u));
    return 0;
}
