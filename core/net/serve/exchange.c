/* From a head to a handler's answer. */
#include "net/exchange.h"

#include <stdlib.h>

#include <utlist.h>

#include "base/heap.h"
#include "base/slice.h"
#include "net/serve/inside.h"

/* ---- exchanges ---- */

struct net_exchange *exchange_new(struct net_connection *connection)
{
    struct gct_server *server = connection->server;
    struct net_exchange *exchange = server->spare;

    if (exchange != NULL) {
        LL_DELETE(server->spare, exchange);
        server->spare_count--;
    } else {
        exchange = gct_heap_new(sizeof *exchange);
        exchange->exchange.request.arena = gct_arena_new(GCT_REQUEST_ARENA);
    }
    exchange->server = server;
    exchange->connection = connection;
    connection->exchange = exchange;
    DL_APPEND(server->exchanges, exchange);
    return exchange;
}

static void exchange_free(struct net_exchange *exchange)
{
    gct_arena_free(&exchange->exchange.request.arena);
    free(exchange);
}

void exchange_release(struct net_exchange *exchange)
{
    struct gct_server *server = exchange->server;
    struct gct_arena *arena = exchange->exchange.request.arena;

    if (exchange->connection != NULL)
        exchange->connection->exchange = NULL;
    gct_buffer_free(&exchange->body);
    if (server != NULL)
        DL_DELETE(server->exchanges, exchange);
    if (server == NULL || server->spare_count >= NET_SPARE_EXCHANGES) {
        exchange_free(exchange);
        return;
    }
    gct_arena_reset(arena);
    *exchange = (struct net_exchange){ .exchange = { .request = { .arena = arena } } };
    LL_PREPEND(server->spare, exchange);
    server->spare_count++;
}

void exchange_spares_free(struct gct_server *server)
{
    struct net_exchange *exchange;

    while ((exchange = server->spare) != NULL) {
        LL_DELETE(server->spare, exchange);
        exchange_free(exchange);
    }
}

/* ---- the head has come ---- */

/* Whether the request may go on. If not, it was refused, and *result is for the library. */
static int admit(struct net_connection *connection, int *result)
{
    struct gct_server *server = connection->server;
    const struct gct_request *request = &connection->exchange->exchange.request;
    struct gct_admission admission = { .body_bytes = server->limits.body_bytes };

    if (server->options.admit != NULL)
        server->options.admit(server->options.arg, request, &admission);
    if (connection->reserve && !admission.vital) {
        *result = answer_refuse_head(connection, DOOR_FULL);
    } else if (admission.status != 0) {
        exchange_release(connection->exchange);
        *result = answer_refuse(connection, &(struct net_refusal){ .status = admission.status,
                                                                   .problem = admission.problem,
                                                                   .detail = admission.detail,
                                                                   .allow = admission.allow });
    } else if (request->content_length > admission.body_bytes) {
        const struct door_words *words = door_words(DOOR_TOO_LARGE);

        exchange_release(connection->exchange);
        *result = answer_refuse(connection, &(struct net_refusal){ .status = words->status,
                                                                   .problem = words->problem,
                                                                   .detail = words->detail,
                                                                   .max = admission.body_bytes });
    } else {
        return 1;
    }
    return 0;
}

/* The request is complete. Where there was no body, nothing is read until it is answered, and input that
 * waits must not keep the loop awake. That is said here, while the library still has in its hands what came
 * behind the request: told later, it would ask for its turn again and again. */
static void make_ready(struct net_connection *connection)
{
    struct gct_server *server = connection->server;

    if (connection->bodyless)
        connection_mute(connection, 1);
    connection->phase = NET_PENDING;
    connection->ready = 1;
    connection->ready_next = NULL;
    *server->ready_end = connection;
    server->ready_end = &connection->ready_next;
}

int exchange_begin(struct net_connection *connection)
{
    struct gct_server *server = connection->server;
    struct net_exchange *exchange;
    struct door_facts facts;
    enum door_refusal refusal;
    int result = 0;

    connection_untime(connection);
    if (connection->phase != NET_HEAD)
        return -1;
    exchange = exchange_new(connection);
    refusal = head_read(connection, &exchange->exchange.request, &facts);
    connection->last = connection->reserve || server->stopping || door_wants_close(&facts);
    connection->head_only = exchange->exchange.request.method == GCT_METHOD_HEAD;
    connection->bodyless = exchange->exchange.request.content_length == 0;
    if (refusal != DOOR_PASS)
        return answer_refuse_head(connection, refusal);
    if (!admit(connection, &result))
        return result;
    server->counts.requests++;
    connection_wait(connection, NET_SPAN_REQUEST);
    if (door_wants_continue(&facts, exchange->exchange.request.content_length)) {
        if (answer_continue_100(connection) < 0)
            return -1;
    }
    /* An empty POST still brings the two body callbacks; the others of that length do not. */
    if (!connection->bodyless || exchange->exchange.request.method == GCT_METHOD_POST) {
        connection->phase = NET_READING;
        exchange->body.limit = (size_t)exchange->exchange.request.content_length;
        return 0;
    }
    make_ready(connection);
    return 0;
}

int exchange_body(struct net_connection *connection, struct gct_slice piece)
{
    if (connection->phase != NET_READING)
        return -1;
    connection_untime(connection);
    if (piece.len > 0)
        gct_buffer_add(&connection->exchange->body, piece);
    return 0;
}

int exchange_complete(struct net_connection *connection)
{
    struct net_exchange *exchange = connection->exchange;

    if (connection->phase != NET_READING)
        return -1;
    GCT_CHECK_EQ(exchange->body.len, exchange->exchange.request.content_length);
    exchange->exchange.body = gct_buffer_slice(&exchange->body);
    make_ready(connection);
    return 0;
}

/* ---- handlers ---- */

static void run_handler(struct net_connection *connection)
{
    struct gct_server *server = connection->server;
    struct net_exchange *exchange = connection->exchange;

    server->counts.exchanges++;
    exchange->handed = 1;
    server->options.handle(server->options.arg, &exchange->exchange);
}

void exchange_turn(struct gct_server *server)
{
    struct net_connection *connection;

    while ((connection = server->ready) != NULL) {
        server->ready = connection->ready_next;
        if (server->ready == NULL)
            server->ready_end = &server->ready;
        connection->ready = 0;
        if (connection->doomed) {
            connection_kill(connection);
        } else if (connection->phase == NET_PENDING) {
            run_handler(connection);
        }
    }
}

/* ---- answers ---- */

static struct net_exchange *exchange_of(struct gct_exchange *exchange)
{
    return GCT_STRUCT_OF(exchange, net_exchange, exchange);
}

static void answer(struct gct_exchange *public, const struct net_answer *answer)
{
    struct net_exchange *exchange = exchange_of(public);
    struct net_connection *connection = exchange->connection;

    GCT_CHECK(answer->status >= 200 && answer->status <= 599);
    GCT_CHECK(exchange->handed);
    if (exchange->server != NULL)
        exchange->server->counts.exchanges--;
    if (connection != NULL) {
        GCT_CHECK_EQ(connection->phase, NET_PENDING);
        connection->exchange = NULL;
        exchange->connection = NULL;
        if (answer_send(connection, answer) < 0)
            connection_end(connection);
    }
    exchange_release(exchange);
}

void gct_exchange_answer(struct gct_exchange *exchange, unsigned status, const struct gct_header *headers,
                         size_t header_count, struct gct_slice body)
{
    answer(exchange, &(struct net_answer){ status, headers, header_count, NULL, body });
}

void gct_exchange_answer_blob(struct gct_exchange *exchange, unsigned status,
                              const struct gct_header *headers, size_t header_count, struct gct_blob *blob,
                              struct gct_slice body)
{
    answer(exchange, &(struct net_answer){ status, headers, header_count, blob, body });
}

int gct_exchange_gone(const struct gct_exchange *exchange)
{
    return GCT_STRUCT_OF(exchange, net_exchange, exchange)->connection == NULL;
}

/* ---- the peer has gone, or time is up ---- */

void exchange_orphan(struct net_connection *connection)
{
    struct net_exchange *exchange = connection->exchange;

    connection->exchange = NULL;
    if (exchange == NULL)
        return;
    exchange->connection = NULL;
    if (!exchange->handed) {
        exchange_release(exchange);
        return;
    }
    if (exchange->exchange.on_gone != NULL)
        exchange->exchange.on_gone(&exchange->exchange);
}

void exchange_expire(struct net_connection *connection)
{
    enum door_refusal refusal = connection->phase == NET_READING ? DOOR_TIMEOUT : DOOR_LATE;

    connection->server->counts.deadlines++;
    exchange_orphan(connection);
    if (answer_refuse_door(connection, refusal) < 0)
        connection_end(connection);
}
