/* Putting an answer on the wire: head and small bodies in one write, large ones piece by piece. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/ssl.h>

#include "base/log.h"
#include "base/slice.h"
#include "net/serve/inside.h"

/* ---- the head ---- */

struct head_writer {
    char *at;
    char *end;
    int full;
};

static void put(struct head_writer *writer, struct gct_slice text)
{
    if ((size_t)(writer->end - writer->at) < text.len) {
        writer->full = 1;
        return;
    }
    if (text.len > 0)
        memcpy(writer->at, text.ptr, text.len);
    writer->at += text.len;
}

static void put_number(struct head_writer *writer, size_t number)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%zu", number);

    put(writer, (struct gct_slice){ text, (size_t)len });
}

/* status, reason phrase; the rest is "Other". */
#define ANSWER_REASON_TABLE(X)                                                                               \
    X(200, "OK")                                                                                             \
    X(201, "Created")                                                                                        \
    X(202, "Accepted")                                                                                       \
    X(204, "No Content")                                                                                     \
    X(206, "Partial Content")                                                                                \
    X(301, "Moved Permanently")                                                                              \
    X(302, "Found")                                                                                          \
    X(303, "See Other")                                                                                      \
    X(304, "Not Modified")                                                                                   \
    X(307, "Temporary Redirect")                                                                             \
    X(308, "Permanent Redirect")                                                                             \
    X(400, "Bad Request")                                                                                    \
    X(401, "Unauthorized")                                                                                   \
    X(403, "Forbidden")                                                                                      \
    X(404, "Not Found")                                                                                      \
    X(405, "Method Not Allowed")                                                                             \
    X(406, "Not Acceptable")                                                                                 \
    X(408, "Request Timeout")                                                                                \
    X(409, "Conflict")                                                                                       \
    X(410, "Gone")                                                                                           \
    X(411, "Length Required")                                                                                \
    X(412, "Precondition Failed")                                                                            \
    X(413, "Content Too Large")                                                                              \
    X(415, "Unsupported Media Type")                                                                         \
    X(416, "Range Not Satisfiable")                                                                          \
    X(417, "Expectation Failed")                                                                             \
    X(421, "Misdirected Request")                                                                            \
    X(422, "Unprocessable Content")                                                                          \
    X(426, "Upgrade Required")                                                                               \
    X(428, "Precondition Required")                                                                          \
    X(429, "Too Many Requests")                                                                              \
    X(431, "Request Header Fields Too Large")                                                                \
    X(500, "Internal Server Error")                                                                          \
    X(501, "Not Implemented")                                                                                \
    X(502, "Bad Gateway")                                                                                    \
    X(503, "Service Unavailable")                                                                            \
    X(504, "Gateway Timeout")                                                                                \
    X(505, "HTTP Version Not Supported")

static struct gct_slice reason_of(unsigned status)
{
    switch (status) {
#define ANSWER_REASON_CASE(number, text)                                                                     \
    case number: return GCT_LIT(text);
        ANSWER_REASON_TABLE(ANSWER_REASON_CASE)
#undef ANSWER_REASON_CASE
    default: return GCT_LIT("Other");
    }
}

static struct gct_slice date_now(struct gct_server *server)
{
    time_t now = time(NULL);

    if (now != server->date_second) {
        struct tm tm;

        server->date_second = now;
        gmtime_r(&now, &tm);
        strftime(server->date, sizeof server->date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
    }
    return gct_slice_of(server->date);
}

static int field_ok(const struct gct_header *header)
{
    return header->name.len > 0 && door_value_ok(header->name) && door_value_ok(header->value);
}

static void put_head(struct head_writer *writer, struct net_connection *connection,
                     const struct net_answer *answer)
{
    int silent = answer->status == 204 || answer->status == 304;

    put(writer, GCT_LIT("HTTP/1.1 "));
    put_number(writer, answer->status);
    put(writer, GCT_LIT(" "));
    put(writer, reason_of(answer->status));
    put(writer, GCT_LIT("\r\n"));
    put(writer, date_now(connection->server));
    if (!silent) {
        put(writer, GCT_LIT("Content-Length: "));
        put_number(writer, answer->body.len);
        put(writer, GCT_LIT("\r\n"));
    }
    if (connection->last)
        put(writer, GCT_LIT("Connection: close\r\n"));
    for (size_t i = 0; i < answer->header_count; i++) {
        const struct gct_header *header = &answer->headers[i];

        if (!field_ok(header)) {
            GCT_LOG(GCT_LEVEL_ERROR, "net.header_dropped", GCT_F_TEXT("name", header->name));
            continue;
        }
        put(writer, header->name);
        put(writer, GCT_LIT(": "));
        put(writer, header->value);
        put(writer, GCT_LIT("\r\n"));
    }
    put(writer, GCT_LIT("\r\n"));
}

/* ---- sending ---- */

/* The library writes a head in front of what it sends in a frame, never into HTTP: the text stays as it is.
 */
static unsigned char *bytes_of(const char *text)
{
    return (unsigned char *)(uintptr_t)text;
}

/* Whether a write would have to wait. */
static int choked(struct net_connection *connection)
{
    return lws_partial_buffered(connection->wsi) || lws_send_pipe_choked(connection->wsi);
}

/* The library has a header table only from the first byte of a head on, and keeps it over the end of a
 * transaction only when it still holds unread input; lws_hdr_custom_copy writes to its target only when there
 * is a table. */
int connection_input(struct net_connection *connection)
{
    char mark[1] = { 'x' };
    SSL *ssl = lws_get_ssl(connection->wsi);

    if (ssl != NULL && SSL_pending(ssl) > 0)
        return 1;
    (void)lws_hdr_custom_copy(connection->wsi, mark, 1, "x:", 2);
    return mark[0] != 'x';
}

static int answer_finish(struct net_connection *connection)
{
    gct_blob_drop(&connection->blob);
    if (connection->refused)
        return linger_begin(connection);
    if (connection->last)
        return -1;
    connection->phase = NET_HEAD;
    connection_wait(connection, NET_SPAN_IDLE);
    if (lws_http_transaction_completed(connection->wsi))
        return -1;
    connection_untime(connection);
    if (connection_input(connection)) {
        connection->server->counts.refused++;
        return -1;
    }
    connection_mute(connection, 0);
    return 0;
}

int answer_continue(struct net_connection *connection)
{
    for (int pieces = 0; connection->left.len > 0; pieces++) {
        struct gct_slice piece = gct_slice_head(connection->left, NET_PIECE);

        if (pieces == NET_PIECES || choked(connection))
            goto later;
        if (lws_write(connection->wsi, bytes_of(piece.ptr), piece.len, LWS_WRITE_HTTP) < 0)
            return -1;
        connection->left = gct_slice_from(connection->left, piece.len);
    }
    if (!choked(connection))
        return answer_finish(connection);
later:
    connection_await(connection);
    return 0;
}

int answer_send(struct net_connection *connection, const struct net_answer *answer)
{
    struct gct_server *server = connection->server;
    char *begin = (char *)server->scratch + LWS_PRE;
    struct head_writer writer = { begin, begin + NET_SCRATCH, 0 };
    struct gct_slice body =
        connection->head_only || answer->status == 204 || answer->status == 304 ? GCT_EMPTY : answer->body;

    /* What came before its answer was pipelined; nobody is cut off who waits for answers. */
    if (server->stopping || (connection->bodyless && connection_unread(connection) > 0))
        connection->last = 1;
    put_head(&writer, connection, answer);
    GCT_CHECK(!writer.full);
    connection->phase = NET_SENDING;
    connection_wait(connection, NET_SPAN_SEND);
    if (body.len <= (size_t)(writer.end - writer.at)) {
        put(&writer, body);
    } else {
        connection->blob = answer->blob != NULL ? gct_blob_hold(answer->blob) : gct_blob_new(body);
        connection->left = answer->blob != NULL ? body : gct_blob_text(connection->blob);
    }
    if (lws_write(connection->wsi, (unsigned char *)begin, (size_t)(writer.at - begin), LWS_WRITE_HTTP) < 0)
        return -1;
    return answer_continue(connection);
}

int answer_continue_100(struct net_connection *connection)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    unsigned char *begin = connection->server->scratch + LWS_PRE;

    memcpy(begin, text, sizeof text - 1);
    return lws_write(connection->wsi, begin, sizeof text - 1, LWS_WRITE_HTTP) < 0 ? -1 : 0;
}

/* ---- refusing ---- */

/* "type" and "title": where no problem of ours fits, those that say no more than the status. */
static int problem_write(char *text, size_t room, const struct net_refusal *refusal)
{
    const struct gct_problem_info *info = gct_problem_info(refusal->problem);
    struct gct_slice reason = reason_of(refusal->status);
    char max[32] = "";

    if (refusal->problem == GCT_PROBLEM_TOO_LARGE && refusal->max > 0)
        snprintf(max, sizeof max, ",\"max\":%u", refusal->max);
    if (refusal->problem == GCT_PROBLEM_NONE)
        return snprintf(text, room,
                        "{\"type\":\"about:blank\",\"title\":\"%.*s\",\"status\":%u,\"detail\":\"%s\"}",
                        GCT_ARG(reason), refusal->status, refusal->detail);
    return snprintf(text, room,
                    "{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%u,\"detail\":\"%s\"%s}",
                    info->slug, info->title, refusal->status, refusal->detail, max);
}

int answer_refuse(struct net_connection *connection, const struct net_refusal *refusal)
{
    char text[512];
    struct gct_header headers[6] = {
        { { GCT_TEXT("Content-Type") }, { GCT_TEXT("application/problem+json") } },
        { { GCT_TEXT("Cache-Control") }, { GCT_TEXT("no-store") } },
        { { GCT_TEXT("X-Content-Type-Options") }, { GCT_TEXT("nosniff") } },
    };
    struct net_answer answer = { .status = refusal->status, .headers = headers, .header_count = 3 };
    int len = problem_write(text, sizeof text, refusal);

    GCT_CHECK(len > 0 && (size_t)len < sizeof text);
    answer.body = (struct gct_slice){ text, (size_t)len };
    if (connection->server->options.secure) {
        headers[answer.header_count++] = (struct gct_header){ { GCT_TEXT("Strict-Transport-Security") },
                                                              { GCT_TEXT(GCT_STRICT_TRANSPORT) } };
    }
    if (refusal->allow != NULL)
        headers[answer.header_count++] =
            (struct gct_header){ { GCT_TEXT("Allow") }, gct_slice_of(refusal->allow) };
    if (refusal->status == 401) {
        headers[answer.header_count++] =
            (struct gct_header){ { GCT_TEXT("WWW-Authenticate") }, { GCT_TEXT("Bearer") } };
    }
    if (refusal->status == 426) {
        headers[answer.header_count++] =
            (struct gct_header){ { GCT_TEXT("Sec-WebSocket-Version") }, { GCT_TEXT("13") } };
    }
    if (refusal->status == 503) {
        headers[answer.header_count++] =
            (struct gct_header){ { GCT_TEXT("Retry-After") }, { GCT_TEXT("2") } };
    }
    connection->last = 1;
    connection->refused = 1;
    connection->server->counts.refused++;
    if (answer_send(connection, &answer) < 0) {
        connection->phase = NET_ENDING;
        connection_wait(connection, NET_SPAN_CLOSE);
        return -1;
    }
    if (connection->phase == NET_SENDING)
        connection_wait(connection, NET_SPAN_CLOSE);
    return 0;
}

int answer_refuse_door(struct net_connection *connection, enum door_refusal refusal)
{
    const struct door_words *words = door_words(refusal);

    return answer_refuse(
        connection,
        &(struct net_refusal){ .status = words->status, .problem = words->problem, .detail = words->detail });
}

int answer_refuse_head(struct net_connection *connection, enum door_refusal refusal)
{
    const struct gct_server_options *options = &connection->server->options;
    char allow[GCT_ALLOW_TEXT] = "GET, HEAD, POST, PATCH, DELETE";

    if (refusal == DOOR_METHOD && options->methods != NULL)
        options->methods(options->arg, connection->exchange->exchange.request.path, allow);
    exchange_release(connection->exchange);
    if (refusal == DOOR_METHOD && allow[0] != '\0') {
        const struct door_words *words = door_words(refusal);

        return answer_refuse(connection, &(struct net_refusal){ .status = words->status,
                                                                .problem = words->problem,
                                                                .detail = words->detail,
                                                                .allow = allow });
    }
    return answer_refuse_door(connection, refusal == DOOR_METHOD ? DOOR_NOT_FOUND : refusal);
}
