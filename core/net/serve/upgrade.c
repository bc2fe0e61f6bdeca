/* The WebSocket handshake: decided while the connection is still HTTP, so that a refusal is an ordinary
 * answer and the library never has a reason of its own to say no. */
#include "net/serve/inside.h"

/* A refused handshake ends as an ordinary request does, with a connection that lingers: the library, which
 * would end it here or upgrade it, is shown another Upgrade header and goes on as without one. */
static int refused(int result, char *upgrade)
{
    if (result == 0)
        upgrade[0] = '-';
    return result;
}

int upgrade_decide(struct net_connection *connection, char *upgrade)
{
    struct gct_server *server = connection->server;
    struct gct_socket_verdict verdict = { .status = 404,
                                          .problem = GCT_PROBLEM_NOT_FOUND,
                                          .detail = "There is nothing here." };
    struct gct_request *request;
    struct door_facts facts;
    enum door_refusal refusal;

    /* The library may ask after it has answered by itself; then the head is gone, and so is the peer. */
    if (connection->phase != NET_HEAD || lws_hdr_total_length(connection->wsi, WSI_TOKEN_UPGRADE) <= 0)
        return -1;
    connection_untime(connection);
    request = &exchange_new(connection)->exchange.request;
    refusal = head_read(connection, request, &facts);
    connection->bodyless = 1;
    connection->head_only = request->method == GCT_METHOD_HEAD;
    if (refusal == DOOR_PASS)
        refusal = door_check_upgrade(&facts, request->method, request->content_length);
    if (refusal == DOOR_PASS && server->stopping)
        refusal = DOOR_STOPPING;
    if (refusal == DOOR_PASS && connection->reserve)
        refusal = DOOR_FULL;
    if (refusal != DOOR_PASS)
        return refused(answer_refuse_head(connection, refusal), upgrade);
    if (server->options.accept != NULL) {
        verdict.status = 0;
        server->options.accept(server->options.arg, request, &verdict);
    }
    exchange_release(connection->exchange);
    if (verdict.status != 0) {
        return refused(answer_refuse(connection, &(struct net_refusal){ .status = verdict.status,
                                                                        .problem = verdict.problem,
                                                                        .detail = verdict.detail }),
                       upgrade);
    }
    socket_new(connection, &verdict);
    return 0;
}
