/* From the library's parsed head to the door's facts and the request. */
#include <arpa/inet.h>
#include <string.h>

#include "base/slice.h"
#include "net/serve/inside.h"

static const char *const header_names[] = {
#define HEAD_NAME(name) name,
    GCT_REQUEST_HEADER_TABLE(HEAD_NAME)
#undef HEAD_NAME
};

/* A line for each header that may be sent but once: two of them say two things. */
static const char *const single_names[] = { "authorization", "content-type", "cookie", "origin" };

/* Spaces around the name of a header that frames the message: some programs read it as that header, some do
 * not. */
static const char *const misspelt_names[] = {
    "content-length :",
    "content-length\t:",
    " content-length:",
    "\tcontent-length:",
    "transfer-encoding :",
    "transfer-encoding\t:",
    " transfer-encoding:",
    "\ttransfer-encoding:",
    "host :",
    "host\t:",
    " host:",
    "\thost:",
};

/* What the library takes for a header, and no HTTP/1.1 request has. */
static const enum lws_token_indexes strange_tokens[] = {
    WSI_TOKEN_PROXY,
    WSI_TOKEN_HTTP1_0,
    WSI_TOKEN_HTTP_COLON_AUTHORITY,
    WSI_TOKEN_HTTP_COLON_METHOD,
    WSI_TOKEN_HTTP_COLON_PATH,
    WSI_TOKEN_HTTP_COLON_SCHEME,
    WSI_TOKEN_HTTP_COLON_STATUS,
};

struct head_method {
    enum lws_token_indexes token;
    const char *name;
};

static const struct head_method methods[] = {
    { WSI_TOKEN_GET_URI, "GET" },         { WSI_TOKEN_HEAD_URI, "HEAD" },     { WSI_TOKEN_POST_URI, "POST" },
    { WSI_TOKEN_PATCH_URI, "PATCH" },     { WSI_TOKEN_DELETE_URI, "DELETE" }, { WSI_TOKEN_PUT_URI, "PUT" },
    { WSI_TOKEN_OPTIONS_URI, "OPTIONS" }, { WSI_TOKEN_CONNECT, "CONNECT" },
};

/* ---- one header ---- */

static struct gct_slice known_value(struct lws *wsi, enum lws_token_indexes token, struct gct_arena *arena)
{
    int len = lws_hdr_total_length(wsi, token);
    char *text;

    if (len <= 0)
        return GCT_EMPTY;
    text = gct_arena_alloc(arena, (size_t)len + 1, 1);
    if (text == NULL || lws_hdr_copy(wsi, text, len + 1, token) != len)
        return GCT_EMPTY;
    return gct_slice_trim((struct gct_slice){ text, (size_t)len });
}

/* Also when its value is empty. */
static int known_present(struct lws *wsi, enum lws_token_indexes token)
{
    char room[2];

    return lws_hdr_total_length(wsi, token) > 0 ||
           lws_hdr_copy_fragment(wsi, room, sizeof room, token, 0) >= 0;
}

static struct door_field known_field(struct lws *wsi, enum lws_token_indexes token, struct gct_arena *arena)
{
    struct door_field field = { .present = known_present(wsi, token) };

    if (field.present) {
        field.repeated = lws_hdr_fragment_length(wsi, token, 1) > 0;
        field.value = known_value(wsi, token, arena);
    }
    return field;
}

static struct gct_slice custom_value(struct lws *wsi, const char *name, struct gct_arena *arena)
{
    char probe[64];
    size_t name_len = strlen(name);
    int len;
    char *text;

    GCT_CHECK(name_len + 1 < sizeof probe);
    memcpy(probe, name, name_len);
    probe[name_len] = ':';
    len = lws_hdr_custom_length(wsi, probe, (int)name_len + 1);
    if (len < 0)
        return GCT_EMPTY;
    text = gct_arena_alloc(arena, (size_t)len + 1, 1);
    if (text == NULL || lws_hdr_custom_copy(wsi, text, len + 1, probe, (int)name_len + 1) != len)
        return GCT_EMPTY;
    return gct_slice_trim((struct gct_slice){ text, (size_t)len });
}

/* The library's number for a header of the table, or WSI_TOKEN_COUNT for one that it keeps by its name. */
static enum lws_token_indexes token_of(const char *name)
{
    size_t len = strlen(name);

    for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
        const char *text = (const char *)lws_token_to_string((enum lws_token_indexes)token);

        if (text != NULL && strncmp(text, name, len) == 0 && strcmp(text + len, ":") == 0) {
            return (enum lws_token_indexes)token;
        }
    }
    return WSI_TOKEN_COUNT;
}

void head_tokens(int tokens[HEAD_NAMES])
{
    for (size_t i = 0; i < GCT_COUNT(header_names); i++)
        tokens[i] = (int)token_of(header_names[i]);
}

/* ---- facts ---- */

static void facts_read(struct lws *wsi, struct gct_arena *arena, struct door_facts *facts)
{
    char *path = NULL;
    int path_len = 0, found = 0;

    memset(facts, 0, sizeof *facts);
    for (size_t i = 0; i < GCT_COUNT(methods); i++) {
        if (!known_present(wsi, methods[i].token))
            continue;
        found++;
        facts->method = gct_slice_of(methods[i].name);
    }
    /* A second request line among the headers, or none. */
    facts->misspelt = found != 1;
    for (size_t i = 0; i < GCT_COUNT(strange_tokens); i++)
        facts->misspelt |= known_present(wsi, strange_tokens[i]);
    if (lws_http_get_uri_and_method(wsi, &path, &path_len) >= 0 && path != NULL && path_len > 0) {
        facts->path = gct_arena_copy(arena, (struct gct_slice){ path, (size_t)path_len });
    }
    /* The library decodes the target before it looks for the end of the line: %0A and %0D end it too. */
    facts->cut = !known_present(wsi, WSI_TOKEN_HTTP);
    facts->version = known_value(wsi, WSI_TOKEN_HTTP, arena);
    facts->host = known_field(wsi, WSI_TOKEN_HOST, arena);
    facts->content_length = known_field(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, arena);
    facts->transfer_encoding = known_field(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING, arena);
    facts->content_encoding = known_field(wsi, WSI_TOKEN_HTTP_CONTENT_ENCODING, arena);
    facts->connection = known_field(wsi, WSI_TOKEN_CONNECTION, arena);
    facts->upgrade = known_field(wsi, WSI_TOKEN_UPGRADE, arena);
    facts->expect = known_field(wsi, WSI_TOKEN_HTTP_EXPECT, arena);
    if (facts->upgrade.present) {
        facts->key = known_field(wsi, WSI_TOKEN_KEY, arena);
        facts->socket_version = known_field(wsi, WSI_TOKEN_VERSION, arena);
        facts->subprotocol = known_field(wsi, WSI_TOKEN_PROTOCOL, arena);
    }
    for (size_t i = 0; i < GCT_COUNT(misspelt_names); i++) {
        const char *name = misspelt_names[i];

        if (lws_hdr_custom_length(wsi, name, (int)strlen(name)) >= 0)
            facts->misspelt = 1;
    }
}

/* ---- query ---- */

static int unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* The library hands out each argument decoded; so that there is one form, it is encoded anew. The first '='
 * parts name and value. */
static size_t argument_encode(const char *text, size_t len, char *room)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t used = 0;
    int named = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (unreserved(c) || (c == '=' && !named)) {
            named |= c == '=';
            room[used++] = (char)c;
            continue;
        }
        room[used++] = '%';
        room[used++] = hex[c >> 4];
        room[used++] = hex[c & 15];
    }
    return used;
}

static enum door_refusal query_read(struct lws *wsi, struct gct_request *request)
{
    int total = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS);
    char *room, *plain;
    size_t used = 0;

    if (total <= 0)
        return DOOR_PASS;
    room = gct_arena_alloc(request->arena, (size_t)total * 3 + 1, 1);
    plain = gct_arena_alloc(request->arena, (size_t)total + 1, 1);
    if (room == NULL || plain == NULL)
        return DOOR_HEAD_TOO_LARGE;
    for (int i = 0;; i++) {
        int len = lws_hdr_copy_fragment(wsi, plain, total + 1, WSI_TOKEN_HTTP_URI_ARGS, i);

        if (len < 0)
            break;
        if (i > 0)
            room[used++] = '&';
        used += argument_encode(plain, (size_t)len, room + used);
    }
    request->query = (struct gct_slice){ room, used };
    return DOOR_PASS;
}

/* ---- the request ---- */

static int sent_twice(struct lws *wsi, const char *name, enum lws_token_indexes token)
{
    for (size_t i = 0; i < GCT_COUNT(single_names); i++) {
        if (strcmp(single_names[i], name) == 0)
            return lws_hdr_fragment_length(wsi, token, 1) > 0;
    }
    return 0;
}

static enum door_refusal headers_read(struct net_connection *connection, struct gct_request *request)
{
    struct gct_header *headers = GCT_ARENA_ARRAY(request->arena, struct gct_header, HEAD_NAMES);

    if (headers == NULL)
        return DOOR_HEAD_TOO_LARGE;
    request->headers = headers;
    for (size_t i = 0; i < GCT_COUNT(header_names); i++) {
        enum lws_token_indexes token = (enum lws_token_indexes)connection->server->header_tokens[i];
        struct gct_slice value = token < WSI_TOKEN_COUNT
                                     ? known_value(connection->wsi, token, request->arena)
                                     : custom_value(connection->wsi, header_names[i], request->arena);

        if (value.ptr == NULL)
            continue;
        if (!door_value_ok(value))
            return DOOR_FIELD;
        if (token < WSI_TOKEN_COUNT && sent_twice(connection->wsi, header_names[i], token))
            return DOOR_FIELD;
        headers[request->header_count++] = (struct gct_header){ gct_slice_of(header_names[i]), value };
    }
    return DOOR_PASS;
}

static void address_read(const struct net_connection *connection, struct gct_request *request)
{
    const struct in6_addr *address = &connection->peer->address;

    if (IN6_IS_ADDR_V4MAPPED(address)) {
        inet_ntop(AF_INET, &address->s6_addr[12], request->address, sizeof request->address);
        request->loopback = address->s6_addr[12] == 127;
    } else {
        inet_ntop(AF_INET6, address, request->address, sizeof request->address);
        request->loopback = IN6_IS_ADDR_LOOPBACK(address);
    }
}

enum door_refusal head_read(struct net_connection *connection, struct gct_request *request,
                            struct door_facts *facts)
{
    enum door_refusal refusal;

    facts_read(connection->wsi, request->arena, facts);
    request->path = facts->path;
    refusal = door_check(facts, &request->method, &request->content_length);
    if (refusal != DOOR_PASS)
        return refusal;
    request->tls = lws_is_ssl(connection->wsi);
    address_read(connection, request);
    refusal = query_read(connection->wsi, request);
    return refusal != DOOR_PASS ? refusal : headers_read(connection, request);
}
