/* HTTP as data: a hook that came in, a request to be made, a reply that came back. Never a connection. */
#ifndef GUICHET_HTTP_H
#define GUICHET_HTTP_H

#include <guichet/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Frozen: never grows. Names compare without regard to ASCII case. Values hold no CR, LF or NUL. */
struct gct_header {
    struct gct_slice name;
    struct gct_slice value;
};

/* Bits of gct_http_request.flags, meant for the sender. */
#define GCT_HTTP_REPEATABLE 1u /* twice does no harm (typing, seen): retried unasked */
#define GCT_HTTP_OPTIONAL 2u   /* its failure does not fail the message (typing, seen) */
#define GCT_HTTP_MEDIA 4u      /* counts against the media rate, not the text rate */

/* A hook as it came in (already verified, path below /hooks/{channel}), or a request to be sent.
 *
 * To be sent: path is relative to the channel's api_base and begins with '/'. In query and header values,
 * places such as {token} are filled in by the sender from gct.places/1; path and body are sent as they are,
 * so that nothing a person wrote can become a place. The core adds Host, Content-Length and User-Agent
 * itself. */
struct gct_http_request {
    uint32_t size;
    uint32_t flags;
    struct gct_slice method; /* "GET", "POST", "DELETE" */
    struct gct_slice path;
    struct gct_slice query; /* without '?'; percent-encoded */
    const struct gct_header *headers;
    size_t header_count;
    struct gct_slice body;
};

/* What a provider answered to one of our requests. */
struct gct_http_response {
    uint32_t size;
    uint32_t status; /* 100 to 599 */
    const struct gct_header *headers;
    size_t header_count;
    struct gct_slice body; /* at most 256 KiB, cut there */
    struct gct_slice
        account; /* for which the request was made: what an answer says of others is not its own */
};

#ifdef __cplusplus
}
#endif

#endif
