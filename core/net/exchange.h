/* One HTTP request and its answer.
 *
 * The server gives an exchange to the handler when the body is complete. The handler answers it exactly once,
 * now or in a later turn of the loop; after that call the exchange is the server's again and must not be
 * touched. If the peer goes away (or the deadline passes) before, on_gone is called once; the exchange and
 * its memory stay until the handler answers all the same, which then sends nothing. Loop thread. */
#ifndef GUICHET_CORE_NET_EXCHANGE_H
#define GUICHET_CORE_NET_EXCHANGE_H

#include "net/blob.h"
#include "net/request.h"

/* Strict-Transport-Security, for whoever comes by HTTPS: a year. */
#define GCT_STRICT_TRANSPORT "max-age=31536000; includeSubDomains"

struct gct_exchange {
    struct gct_request request;
    struct gct_slice body; /* complete; lives as long as the exchange */
    void *user;            /* the handler's */
    /* The handler's; may be NULL. The peer has gone or the deadline has passed (an answer was sent for it):
     * the work may be given up. It must not answer from within. */
    void (*on_gone)(struct gct_exchange *exchange);
};

/* status is 200 to 599. Headers are copied; Date, Content-Length and Connection are the server's own and must
 * not be among them. body is copied; empty for 204 and 304. A HEAD gets the headers alone. */
void gct_exchange_answer(struct gct_exchange *exchange, unsigned status, const struct gct_header *headers,
                         size_t header_count, struct gct_slice body);

/* The same without a copy: the body is a part of what blob holds, and blob is held until it was sent. */
void gct_exchange_answer_blob(struct gct_exchange *exchange, unsigned status,
                              const struct gct_header *headers, size_t header_count, struct gct_blob *blob,
                              struct gct_slice body);

/* 1 when nobody waits for the answer any more. */
int gct_exchange_gone(const struct gct_exchange *exchange);

#endif
