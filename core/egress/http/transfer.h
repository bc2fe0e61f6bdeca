/* One request on its way, as the files of this folder see it. */
#ifndef GUICHET_CORE_EGRESS_HTTP_TRANSFER_H
#define GUICHET_CORE_EGRESS_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "base/buffer.h"
#include "egress/http/client.h"

#define TRANSFER_HEAD_BYTES ((size_t)16u << 10)

struct client_transfer {
    struct client_call *call;
    CURL *easy;
    struct curl_slist *headers; /* may hold secrets: wiped */
    struct gct_buffer body;     /* what we send */
    size_t given;               /* of it, to libcurl */
    int repeatable;
    int plain;   /* http, loopback alone */
    int started; /* the request was begun on a connection */
    int cut;     /* the answer was longer than we read */
    struct gct_buffer answer;
    struct gct_header *answer_headers; /* in the call's arena */
    size_t answer_header_count;
    size_t answer_head_bytes;
    char error[CURL_ERROR_SIZE];
};

/* The transfer of a request, ready to be given to a multi handle; NULL with a sentence. */
struct client_transfer *transfer_new(const struct client_options *options, struct client_call *call,
                                     struct gct_slice base, const struct gct_http_request *request,
                                     struct gct_error *err);
void transfer_free(struct client_transfer **transfer);

/* Fills in what became of it in the call. */
void transfer_conclude(struct client_transfer *transfer, CURLcode code);

#endif
