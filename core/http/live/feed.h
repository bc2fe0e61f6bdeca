/* The live feed: committed changes as frames, numbered, kept for a while, sent to every console that may see
 * them.
 *
 * Effects come in from the store thread (gct_feed_effects); a reader turns them into frames, one batch at a
 * time so that their order stays; the loop numbers, keeps and sends them. While nobody has been connected for
 * two minutes nothing is built: whoever comes back then is told to fetch again. Loop thread unless said
 * otherwise. */
#ifndef GUICHET_CORE_HTTP_LIVE_FEED_H
#define GUICHET_CORE_HTTP_LIVE_FEED_H

#include "http/web.h"
#include "model/effect.h"

#define GCT_FEED_FRAMES 10000u
#define GCT_FEED_BYTES ((size_t)32u << 20)
#define GCT_FEED_IDLE_MS (2 * GCT_MINUTE_MS)

struct gct_feed;

/* build: content of the console's build.txt. web must live longer. */
struct gct_feed *gct_feed_new(const struct gct_web *web, struct gct_slice build);
/* After the loop has ended and the store was closed. */
void gct_feed_free(struct gct_feed **feed);

/* seq of the newest durable frame. */
int64_t gct_feed_seq(const struct gct_feed *feed);

/* Committed effects, in order. Any thread. */
void gct_feed_effects(struct gct_feed *feed, const struct gct_effect *effects, size_t count);

/* Decides on the handshake of GET /api/v1/live (gct_server_options.accept). */
void gct_feed_accept(struct gct_feed *feed, const struct gct_request *request,
                     struct gct_socket_verdict *verdict);

/* Sessions, users or tokens changed: sockets that lost their right are closed. */
void gct_feed_recheck(struct gct_feed *feed);

/* Consoles connected, frames kept; for metrics. */
struct gct_feed_stats {
    size_t clients;
    size_t frames;
    uint64_t sent;
    uint64_t resyncs;
};
struct gct_feed_stats gct_feed_stats(const struct gct_feed *feed);

#endif
