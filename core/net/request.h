/* The head of one HTTP request as data, checked by the door (net/door.h) before anybody else sees it: what
 * admission, handlers and the WebSocket handshake decide by.
 *
 * All slices live in the arena of the request. Loop thread. */
#ifndef GUICHET_CORE_NET_REQUEST_H
#define GUICHET_CORE_NET_REQUEST_H

#include <guichet/http.h>

#include "base/arena.h"

#define GCT_METHOD_TABLE(X)                                                                                  \
    X(GET, "GET") X(HEAD, "HEAD") X(POST, "POST") X(PATCH, "PATCH") X(DELETE, "DELETE")
#define GCT_METHOD_AS_ENUM(name, text) GCT_METHOD_##name,
enum gct_method { GCT_METHOD_TABLE(GCT_METHOD_AS_ENUM) GCT_METHOD_COUNT };
#undef GCT_METHOD_AS_ENUM

/* The header fields that a request brings along, by their lower-case names; all others are not even copied.
 */
#define GCT_REQUEST_HEADER_TABLE(X)                                                                          \
    X("accept")                                                                                              \
    X("accept-encoding")                                                                                     \
    X("accept-language")                                                                                     \
    X("authorization")                                                                                       \
    X("content-encoding")                                                                                    \
    X("content-type")                                                                                        \
    X("cookie")                                                                                              \
    X("forwarded")                                                                                           \
    X("host")                                                                                                \
    X("idempotency-key")                                                                                     \
    X("if-match")                                                                                            \
    X("if-modified-since")                                                                                   \
    X("if-none-match")                                                                                       \
    X("if-range")                                                                                            \
    X("origin")                                                                                              \
    X("range")                                                                                               \
    X("sec-fetch-site")                                                                                      \
    X("sec-websocket-protocol")                                                                              \
    X("signature")                                                                                           \
    X("t")                                                                                                   \
    X("tiktok-signature")                                                                                    \
    X("user-agent")                                                                                          \
    X("via")                                                                                                 \
    X("webhook-id")                                                                                          \
    X("webhook-signature")                                                                                   \
    X("webhook-timestamp")                                                                                   \
    X("x-csrf-token")                                                                                        \
    X("x-forwarded-for")                                                                                     \
    X("x-forwarded-proto")                                                                                   \
    X("x-hub-signature-256")                                                                                 \
    X("x-real-ip")

/* An address as text ("127.0.0.1", "::1"), NUL-terminated. */
#define GCT_ADDRESS_TEXT 46

struct gct_request {
    enum gct_method method;
    int tls; /* came over TLS */
    struct gct_slice
        path; /* percent-decoded once, begins with '/', bytes 33 to 126, no "//", "/./" or "/../" */
    struct gct_slice query; /* without "?", percent-encoded anew by us: name=value&name=value; may be empty */
    const struct gct_header *headers; /* only those of the table; names in lower case */
    size_t header_count;
    uint64_t content_length; /* 0 when there is no body */
    char address[GCT_ADDRESS_TEXT];
    int loopback;            /* the peer is this machine */
    struct gct_arena *arena; /* for whatever belongs to the request; at most GCT_REQUEST_ARENA bytes */
};

/* Request line and headers; a longer head ends the connection. */
#define GCT_REQUEST_HEAD 8192u

#define GCT_REQUEST_ARENA ((size_t)4 << 20)

/* "GET", …; never NULL. */
const char *gct_method_name(enum gct_method method);

/* The value of a header by its lower-case name; an empty slice (ptr NULL) when it was not sent. A header that
 * was sent several times is refused at the door where that matters and otherwise joined by ", ". */
struct gct_slice gct_request_header(const struct gct_request *request, const char *name);

#endif
