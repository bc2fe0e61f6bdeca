/* The door: what a request's head must look like before anything else happens. The rules are pure functions
 * of the facts that the library parsed; docs/adr/0004-http-door.md says why there are just these.
 *
 * Any thread; owns nothing. What depends on the route (method, body limit) is admission's (net/server.h). */
#ifndef GUICHET_CORE_NET_DOOR_H
#define GUICHET_CORE_NET_DOOR_H

#include "model/problem.h"
#include "net/request.h"

/* A header as the door sees it. */
struct door_field {
    int present;            /* also when its value is empty */
    int repeated;           /* sent more than once */
    struct gct_slice value; /* of all its lines, joined by ',' */
};

struct door_facts {
    struct gct_slice method;  /* as the library read it, "GET" */
    struct gct_slice path;    /* percent-decoded */
    struct gct_slice version; /* "HTTP/1.1" */
    int cut;                  /* the request line ended inside its target: there is no version */
    struct door_field host, content_length, transfer_encoding, content_encoding, connection, upgrade, expect;
    struct door_field key, socket_version, subprotocol; /* Sec-WebSocket-… */
    int misspelt; /* a line is there that some program would read as a request line or as framing */
};

/* name, status, problem (NONE: none fits, and the status says all), sentence. */
#define DOOR_REFUSAL_TABLE(X)                                                                                \
    X(PASS, 0, NONE, "")                                                                                     \
    X(METHOD, 405, METHOD_NOT_ALLOWED, "This server knows GET, HEAD, POST, PATCH and DELETE.")               \
    X(VERSION, 505, NONE, "This server speaks HTTP/1.1 and HTTP/1.0.")                                       \
    X(LINE, 400, INVALID, "The request line ends before its version.")                                       \
    X(PATH, 400, INVALID, "The path has bytes that no path of this server has.")                             \
    X(HOST, 400, INVALID, "The request needs exactly one Host header with a host and a port.")               \
    X(FIELD, 400, INVALID, "A header is not well formed.")                                                   \
    X(TRANSFER_ENCODING, 411, NONE, "Send the body with a Content-Length, not in chunks.")                   \
    X(LENGTH_MISSING, 411, NONE, "A request of this method needs a Content-Length.")                         \
    X(LENGTH_REPEATED, 400, INVALID, "Content-Length was sent more than once.")                              \
    X(LENGTH_SYNTAX, 400, INVALID, "Content-Length is not a number of 1 to 9 digits.")                       \
    X(BODY, 400, INVALID, "A request of this method has no body.")                                           \
    X(TOO_LARGE, 413, TOO_LARGE, "The body is larger than this resource takes.")                             \
    X(CONTENT_ENCODING, 415, UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without Content-Encoding.")    \
    X(EXPECTATION, 417, NONE, "The only expectation met here is 100-continue.")                              \
    X(HTTP2, 400, INVALID, "The only protocol to change to is websocket.")                                   \
    X(SOCKET_VERSION, 426, UPGRADE_REQUIRED, "This server speaks version 13 of the WebSocket protocol.")     \
    X(SOCKET_HANDSHAKE, 400, INVALID, "The WebSocket handshake is not well formed.")                         \
    X(SOCKET_SUBPROTOCOL, 400, INVALID, "This server has no WebSocket subprotocols.")                        \
    X(PIPELINED, 400, INVALID, "Wait for an answer before you send the next request.")                       \
    X(HEAD_TOO_LARGE, 431, NONE, "The headers do not fit.")                                                  \
    X(TIMEOUT, 408, NONE, "The request did not arrive in time.")                                             \
    X(LATE, 503, NONE, "The answer took too long.")                                                          \
    X(FULL, 503, UNAVAILABLE, "Too many connections; try again soon.")                                       \
    X(STOPPING, 503, UNAVAILABLE, "The server is stopping; try again soon.")                                 \
    X(NOT_FOUND, 404, NOT_FOUND, "There is nothing here.")
#define DOOR_AS_ENUM(name, status, problem, detail) DOOR_##name,
enum door_refusal { DOOR_REFUSAL_TABLE(DOOR_AS_ENUM) DOOR_REFUSAL_COUNT };
#undef DOOR_AS_ENUM

struct door_words {
    unsigned status;
    enum gct_problem problem;
    const char *detail;
};

const struct door_words *door_words(enum door_refusal refusal);

/* The rules for any request. DOOR_PASS fills method and length in; length is 0 when there is no body. */
enum door_refusal door_check(const struct door_facts *facts, enum gct_method *method, uint64_t *length);

/* The rules for a request with an Upgrade header, after door_check passed it. */
enum door_refusal door_check_upgrade(const struct door_facts *facts, enum gct_method method, uint64_t length);

/* Whether the client waits for "100 Continue" before it sends the body. */
int door_wants_continue(const struct door_facts *facts, uint64_t length);

/* Whether the connection ends after the answer: asked for, or HTTP/1.0. */
int door_wants_close(const struct door_facts *facts);

/* Whether a value may stand in a header: no control characters but TAB. */
int door_value_ok(struct gct_slice value);

#endif
