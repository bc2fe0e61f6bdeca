/* The rules of the door, in one file. Their numbers are those of docs/adr/0004-http-door.md. */
#include "net/door.h"

#include "base/slice.h"

static const struct door_words words[] = {
#define DOOR_AS_WORDS(name, status, problem, detail) { status, GCT_PROBLEM_##problem, detail },
    DOOR_REFUSAL_TABLE(DOOR_AS_WORDS)
#undef DOOR_AS_WORDS
};

const struct door_words *door_words(enum door_refusal refusal)
{
    GCT_CHECK((unsigned)refusal < DOOR_REFUSAL_COUNT);
    return &words[refusal];
}

/* ---- rule 5: five methods ---- */

static int method_read(struct gct_slice text, enum gct_method *method)
{
    for (unsigned i = 0; i < GCT_METHOD_COUNT; i++) {
        if (!gct_slice_is(text, gct_method_name((enum gct_method)i)))
            continue;
        *method = (enum gct_method)i;
        return 1;
    }
    return 0;
}

static int version_ok(struct gct_slice version)
{
    return gct_slice_is(version, "HTTP/1.1") || gct_slice_is(version, "HTTP/1.0");
}

/* ---- rule 4: host and path ---- */

static int host_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
}

static int host_ok(const struct door_field *host)
{
    struct gct_slice value = host->value;

    if (!host->present || host->repeated || value.len == 0 || value.len > 261)
        return 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!host_byte((unsigned char)value.ptr[i]))
            return 0;
    }
    return 1;
}

static int path_ok(struct gct_slice path)
{
    if (path.len == 0 || path.ptr[0] != '/')
        return 0;
    for (size_t i = 0; i < path.len; i++) {
        if ((unsigned char)path.ptr[i] < 33 || (unsigned char)path.ptr[i] > 126)
            return 0;
    }
    return 1;
}

/* ---- rule 3: how long the body is ---- */

static int length_read(struct gct_slice text, uint64_t *length)
{
    uint64_t sum = 0;

    if (text.len < 1 || text.len > 9)
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        sum = sum * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    *length = sum;
    return 1;
}

static enum door_refusal framing_check(const struct door_facts *facts, enum gct_method method,
                                       uint64_t *length)
{
    int needs = method == GCT_METHOD_POST || method == GCT_METHOD_PATCH;
    int may = needs || method == GCT_METHOD_DELETE;

    *length = 0;
    if (facts->transfer_encoding.present)
        return DOOR_TRANSFER_ENCODING;
    if (facts->misspelt)
        return DOOR_FIELD;
    if (!facts->content_length.present)
        return needs ? DOOR_LENGTH_MISSING : DOOR_PASS;
    if (facts->content_length.repeated)
        return DOOR_LENGTH_REPEATED;
    if (!length_read(facts->content_length.value, length))
        return DOOR_LENGTH_SYNTAX;
    if (*length > 0 && !may)
        return DOOR_BODY;
    if (*length > 0 && facts->content_encoding.present)
        return DOOR_CONTENT_ENCODING;
    return DOOR_PASS;
}

enum door_refusal door_check(const struct door_facts *facts, enum gct_method *method, uint64_t *length)
{
    enum door_refusal framing;

    if (facts->cut)
        return DOOR_LINE;
    if (!version_ok(facts->version))
        return DOOR_VERSION;
    if (!method_read(facts->method, method))
        return DOOR_METHOD;
    framing = framing_check(facts, *method, length);
    if (framing != DOOR_PASS)
        return framing;
    if (!host_ok(&facts->host))
        return DOOR_HOST;
    if (!path_ok(facts->path))
        return DOOR_PATH;
    if (facts->expect.present && !gct_slice_eq_nocase(facts->expect.value, GCT_LIT("100-continue"))) {
        return DOOR_EXPECTATION;
    }
    return DOOR_PASS;
}

/* ---- rules 1 and 2: what a connection may become ---- */

static int list_has(struct gct_slice list, struct gct_slice token)
{
    struct gct_slice part;

    while (gct_slice_split(&list, ',', &part)) {
        if (gct_slice_eq_nocase(gct_slice_trim(part), token))
            return 1;
    }
    return 0;
}

/* 16 bytes in base64: 22 characters and "==". */
static int key_ok(const struct door_field *key)
{
    struct gct_slice value = key->value;

    if (!key->present || key->repeated || value.len != 24)
        return 0;
    for (size_t i = 0; i < 22; i++) {
        char c = value.ptr[i];
        int ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
                 c == '/';

        if (!ok)
            return 0;
    }
    return value.ptr[22] == '=' && value.ptr[23] == '=';
}

enum door_refusal door_check_upgrade(const struct door_facts *facts, enum gct_method method, uint64_t length)
{
    if (facts->upgrade.repeated || !gct_slice_eq_nocase(facts->upgrade.value, GCT_LIT("websocket"))) {
        return DOOR_HTTP2;
    }
    if (method != GCT_METHOD_GET || length > 0 || !gct_slice_is(facts->version, "HTTP/1.1") ||
        !list_has(facts->connection.value, GCT_LIT("upgrade")) || !key_ok(&facts->key)) {
        return DOOR_SOCKET_HANDSHAKE;
    }
    if (facts->socket_version.repeated || !gct_slice_is(facts->socket_version.value, "13")) {
        return DOOR_SOCKET_VERSION;
    }
    if (facts->subprotocol.present)
        return DOOR_SOCKET_SUBPROTOCOL;
    return DOOR_PASS;
}

int door_wants_continue(const struct door_facts *facts, uint64_t length)
{
    return facts->expect.present && length > 0 && gct_slice_is(facts->version, "HTTP/1.1");
}

int door_wants_close(const struct door_facts *facts)
{
    return !gct_slice_is(facts->version, "HTTP/1.1") || list_has(facts->connection.value, GCT_LIT("close"));
}

int door_value_ok(struct gct_slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if ((c < 32 && c != '\t') || c == 127)
            return 0;
    }
    return 1;
}
