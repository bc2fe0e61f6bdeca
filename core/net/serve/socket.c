#include "net/socket.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/slice.h"
#include "net/serve/inside.h"

#define SOCKET_MAGIC 0x736f636bu
#define SOCKET_MINUTE_MS 60000
/* A message in more pieces than this is made to keep us busy. */
#define SOCKET_PIECES 1024u
/* Frames written in one go before others have their turn. */
#define SOCKET_BATCH 16
/* The first byte of a close frame, RFC 6455 section 5.2: final, opcode 8. */
#define SOCKET_CLOSE_FRAME 0x88u

struct gct_socket {
    uint32_t magic;
    struct net_connection *connection;
    const struct gct_socket_handler *handler;
    void *user;
    struct gct_buffer message;
    unsigned pieces;
    int64_t minute_ms; /* when the minute that is counted began */
    uint32_t messages;
    struct gct_blob **queue; /* a ring */
    size_t queue_room, queue_first, queue_count;
    size_t backlog;
    enum gct_socket_code code;
    int open, closing;
    int said; /* the close frame is written */
};

void socket_new(struct net_connection *connection, const struct gct_socket_verdict *verdict)
{
    struct gct_socket *socket = gct_heap_new(sizeof *socket);

    socket->magic = SOCKET_MAGIC;
    socket->connection = connection;
    socket->handler = verdict->handler;
    socket->user = verdict->user;
    socket->message.limit = connection->server->limits.socket_message_bytes;
    connection->socket = socket;
}

/* ---- the queue ---- */

static struct gct_blob *queue_take(struct gct_socket *socket)
{
    struct gct_blob *blob = socket->queue[socket->queue_first];

    socket->queue_first = (socket->queue_first + 1) % socket->queue_room;
    socket->queue_count--;
    socket->backlog -= gct_blob_text(blob).len;
    return blob;
}

static void queue_clear(struct gct_socket *socket)
{
    while (socket->queue_count > 0) {
        struct gct_blob *blob = queue_take(socket);

        gct_blob_drop(&blob);
    }
    free(socket->queue);
    socket->queue = NULL;
    socket->queue_room = 0;
    socket->queue_first = 0;
}

static void queue_grow(struct gct_socket *socket)
{
    size_t room = socket->queue_room == 0 ? 16 : socket->queue_room * 2;
    struct gct_blob **queue = gct_heap_array(room, sizeof(struct gct_blob *));

    for (size_t i = 0; i < socket->queue_count; i++)
        queue[i] = socket->queue[(socket->queue_first + i) % socket->queue_room];
    free(socket->queue);
    socket->queue = queue;
    socket->queue_room = room;
    socket->queue_first = 0;
}

/* 0 when it does not fit. */
static int queue_add(struct gct_socket *socket, struct gct_blob *blob)
{
    const struct gct_server_limits *limits = &socket->connection->server->limits;
    size_t len = gct_blob_text(blob).len;

    if (socket->queue_count >= limits->socket_queue_frames ||
        socket->backlog + len > limits->socket_queue_bytes) {
        return 0;
    }
    if (socket->queue_count == socket->queue_room)
        queue_grow(socket);
    socket->queue[(socket->queue_first + socket->queue_count) % socket->queue_room] = gct_blob_hold(blob);
    socket->queue_count++;
    socket->backlog += len;
    return 1;
}

/* ---- sending ---- */

static int frame_write(struct gct_socket *socket, struct gct_blob *blob)
{
    struct gct_slice text = gct_blob_text(blob);

    /* The library writes the frame's head into the room in front of the text: the same bytes for every
     * socket. */
    return lws_write(socket->connection->wsi, (unsigned char *)(uintptr_t)text.ptr, text.len, LWS_WRITE_TEXT);
}

void gct_socket_send(struct gct_socket *socket, struct gct_blob *blob)
{
    struct net_connection *connection = socket->connection;

    GCT_CHECK_OBJ(socket, SOCKET_MAGIC);
    if (socket->closing || !socket->open || connection->phase != NET_SOCKET)
        return;
    if (socket->queue_count == 0 && !lws_partial_buffered(connection->wsi)) {
        if (frame_write(socket, blob) < 0)
            connection_doom(connection);
        return;
    }
    if (queue_add(socket, blob)) {
        lws_callback_on_writable(connection->wsi);
        return;
    }
    connection->server->counts.slow_sockets++;
    gct_socket_close(socket, GCT_SOCKET_TRY_LATER);
}

void gct_socket_close(struct gct_socket *socket, enum gct_socket_code code)
{
    GCT_CHECK_OBJ(socket, SOCKET_MAGIC);
    if (socket->closing)
        return;
    socket->closing = 1;
    socket->code = code;
    if (code == GCT_SOCKET_TRY_LATER)
        queue_clear(socket);
    gct_buffer_free(&socket->message);
    net_deadline_clear(&socket->connection->ping);
    connection_wait(socket->connection, NET_SPAN_CLOSE);
    lws_callback_on_writable(socket->connection->wsi);
}

/* All frames are written: the close frame, then nothing more from us. The library's own way would wait some
 * seconds for the peer's close frame and then end the connection, also while the peer still sends, and the
 * reset could overtake our frame. -1: the connection must end now. */
static int say_goodbye(struct gct_socket *socket)
{
    struct net_connection *connection = socket->connection;
    unsigned char *frame = connection->server->scratch + LWS_PRE;

    if (!socket->said && !linger_room(connection->server)) {
        lws_close_reason(connection->wsi, (enum lws_close_status)socket->code, NULL, 0);
        return -1;
    }
    if (!socket->said) {
        frame[0] = SOCKET_CLOSE_FRAME;
        frame[1] = 2;
        frame[2] = (unsigned char)(socket->code >> 8);
        frame[3] = (unsigned char)(socket->code & 255);
        socket->said = 1;
        if (lws_write(connection->wsi, frame, 4, LWS_WRITE_RAW) < 0)
            return -1;
    }
    if (!lws_partial_buffered(connection->wsi))
        return linger_begin(connection);
    lws_callback_on_writable(connection->wsi);
    return 0;
}

static int on_writeable(struct gct_socket *socket)
{
    struct lws *wsi = socket->connection->wsi;

    for (int i = 0; i < SOCKET_BATCH && socket->queue_count > 0 && !lws_partial_buffered(wsi); i++) {
        struct gct_blob *blob = queue_take(socket);
        int written = frame_write(socket, blob);

        gct_blob_drop(&blob);
        if (written < 0)
            return -1;
    }
    if (socket->queue_count == 0 && socket->closing && !lws_partial_buffered(wsi))
        return say_goodbye(socket);
    if (socket->queue_count > 0 || socket->closing)
        lws_callback_on_writable(wsi);
    return 0;
}

void socket_ping(struct net_connection *connection)
{
    if (connection->socket == NULL || connection->socket->closing)
        return;
    net_deadline_set(&connection->ping, &connection->server->spans[NET_SPAN_PING], server_now());
    if (lws_partial_buffered(connection->wsi))
        return;
    /* The library keeps an empty pong to itself. */
    connection->server->scratch[LWS_PRE] = '?';
    if (lws_write(connection->wsi, connection->server->scratch + LWS_PRE, 1, LWS_WRITE_PING) < 0)
        connection_doom(connection);
}

size_t gct_socket_backlog(const struct gct_socket *socket)
{
    return socket->backlog;
}

void *gct_socket_user(const struct gct_socket *socket)
{
    GCT_CHECK_OBJ(socket, SOCKET_MAGIC);
    return socket->user;
}

/* ---- receiving ---- */

/* Whether one more message in this minute is one too many. */
static int flood(struct gct_socket *socket)
{
    int64_t now = server_now();

    if (socket->messages == 0 || now - socket->minute_ms >= SOCKET_MINUTE_MS) {
        socket->minute_ms = now;
        socket->messages = 0;
    }
    return ++socket->messages > socket->connection->server->limits.socket_messages;
}

/* The code to close with for this piece of a message; 0 when there is nothing against it. */
static unsigned piece_check(struct gct_socket *socket, struct gct_slice piece)
{
    struct lws *wsi = socket->connection->wsi;

    if (lws_frame_is_binary(wsi))
        return GCT_SOCKET_UNSUPPORTED;
    if (socket->handler->on_text == NULL)
        return GCT_SOCKET_POLICY;
    if (lws_is_first_fragment(wsi)) {
        socket->message.len = 0;
        socket->pieces = 0;
        if (flood(socket))
            return GCT_SOCKET_POLICY;
    }
    if (++socket->pieces > SOCKET_PIECES)
        return GCT_SOCKET_POLICY;
    if (lws_remaining_packet_payload(wsi) > socket->message.limit ||
        socket->message.len + piece.len + lws_remaining_packet_payload(wsi) > socket->message.limit) {
        return GCT_SOCKET_TOO_BIG;
    }
    if (piece.len > 0)
        gct_buffer_add(&socket->message, piece);
    if (!lws_is_final_fragment(wsi))
        return 0;
    return gct_utf8_valid(gct_buffer_slice(&socket->message)) ? 0 : GCT_SOCKET_NOT_UTF8;
}

static void on_receive(struct gct_socket *socket, struct gct_slice piece)
{
    unsigned code;

    /* What still comes after a close is swallowed, so that the close frame finds its way out. */
    if (socket->closing)
        return;
    connection_wait(socket->connection, NET_SPAN_DEAD);
    code = piece_check(socket, piece);
    if (code != 0) {
        gct_socket_close(socket, (enum gct_socket_code)code);
        return;
    }
    if (!lws_is_final_fragment(socket->connection->wsi))
        return;
    socket->handler->on_text(socket, gct_buffer_slice(&socket->message));
    gct_buffer_free(&socket->message);
}

/* What the peer says in its close frame: nothing, or a code and a sentence in UTF-8. */
static int on_peer_close(struct gct_socket *socket, struct gct_slice payload)
{
    int refused = 0;

    if (payload.len == 1 || !gct_utf8_valid(gct_slice_from(payload, 2))) {
        lws_close_reason(socket->connection->wsi, (enum lws_close_status)GCT_SOCKET_PROTOCOL, NULL, 0);
        refused = 1;
    }
    socket->closing = 1;
    socket->said = 1; /* by the library */
    net_deadline_clear(&socket->connection->ping);
    connection_wait(socket->connection, NET_SPAN_CLOSE);
    return refused ? -1 : 0;
}

static int on_established(struct gct_socket *socket)
{
    struct net_connection *connection = socket->connection;

    connection_untime(connection);
    connection->phase = NET_SOCKET;
    connection->server->counts.sockets++;
    socket->open = 1;
    connection_wait(connection, NET_SPAN_DEAD);
    net_deadline_set(&connection->ping, &connection->server->spans[NET_SPAN_PING], server_now());
    if (socket->handler->on_open != NULL)
        socket->handler->on_open(socket);
    return 0;
}

int socket_event(struct net_connection *connection, enum lws_callback_reasons reason, void *in, size_t len)
{
    struct gct_socket *socket = connection->socket;

    if (socket == NULL)
        return -1;
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return 0;
    case LWS_CALLBACK_ESTABLISHED: return on_established(socket);
    case LWS_CALLBACK_RECEIVE: on_receive(socket, (struct gct_slice){ in, len }); return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        if (!socket->closing)
            connection_wait(connection, NET_SPAN_DEAD);
        return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return on_peer_close(socket, (struct gct_slice){ in, len });
    case LWS_CALLBACK_SERVER_WRITEABLE: return on_writeable(socket);
    default: return 0;
    }
}

void socket_free(struct net_connection *connection)
{
    struct gct_socket *socket = connection->socket;

    if (socket == NULL)
        return;
    connection->socket = NULL;
    if (socket->open)
        connection->server->counts.sockets--;
    socket->open = 0;
    if (socket->handler->on_closed != NULL)
        socket->handler->on_closed(socket);
    queue_clear(socket);
    gct_buffer_free(&socket->message);
    socket->magic = 0;
    free(socket);
}
