#include "http/live/feed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "http/live/inside.h"

#define TICK_MS 5000
#define COLLECT_MOST 500u
#define PENDING_MOST 20000u /* effects that wait for a reader; more than consoles could follow */

int64_t gct_feed_seq(const struct gct_feed *feed)
{
    return feed->seq;
}

struct gct_blob *feed_blob(int64_t seq, struct gct_slice rest)
{
    struct gct_buffer text = { 0 };
    gct_buffer_add_format(&text, "{\"seq\":%" PRId64 ",", seq);
    gct_buffer_add(&text, rest);
    struct gct_blob *blob = gct_blob_new(gct_buffer_slice(&text));
    gct_buffer_free(&text);
    return blob;
}

/* ---- the ring ---- */

static void drop_oldest(struct gct_feed *feed)
{
    struct frame *frame = &feed->frames[feed->first];
    feed->bytes -= gct_blob_text(frame->blob).len;
    feed->complete_from = frame->seq;
    gct_blob_drop(&frame->blob);
    feed->first = (feed->first + 1u) % GCT_FEED_FRAMES;
    feed->count--;
}

static void forget_all(struct gct_feed *feed)
{
    while (feed->count != 0) {
        drop_oldest(feed);
    }
    feed->complete_from = feed->seq;
}

static void publish(struct gct_feed *feed, const struct frame_draft *draft)
{
    struct gct_blob *blob = feed_blob(++feed->seq, draft->rest);
    while (feed->count == GCT_FEED_FRAMES || (feed->count != 0 && feed->bytes > GCT_FEED_BYTES)) {
        drop_oldest(feed);
    }
    feed->frames[(feed->first + feed->count) % GCT_FEED_FRAMES] =
        (struct frame){ feed->seq, draft->reach, blob };
    feed->count++;
    feed->bytes += gct_blob_text(blob).len;
    audience_send(feed, &draft->reach, blob, NULL);
}

/* What was missed is not told: consoles fetch again what they show. */
static void make_gap(struct gct_feed *feed)
{
    static const struct frame_draft resync = { { GCT_TEXT("\"type\":\"resync\",\"data\":{}}") }, { 0 } };
    feed->resyncs++;
    feed->pending_count = 0;
    forget_all(feed);
    publish(feed, &resync);
}

/* ---- from effects to frames ---- */

struct batch {
    struct gct_post post;
    struct gct_feed *feed;
    size_t count;
    struct gct_effect effects[];
};

struct collect {
    struct gct_read read;
    struct gct_post post;
    struct gct_feed *feed;
    struct gct_directory *directory;
    struct gct_effect *effects;
    size_t count;
    struct frame_draft *drafts;
    size_t draft_count;
    enum gct_status status;
};

static void collect_start(struct gct_feed *feed);

static enum gct_status collect_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct collect *collect = GCT_STRUCT_OF(read, collect, read);
    return feed_collect(db, collect->directory, collect->effects, collect->count, &collect->drafts,
                        &collect->draft_count, err);
}

/* Loop: what was built is sent; what could not be built makes a gap, which consoles fill by fetching. */
static void collect_end(struct gct_post *post)
{
    struct collect *collect = GCT_STRUCT_OF(post, collect, post);
    struct gct_feed *feed = collect->feed;
    for (size_t i = 0; i < collect->draft_count; i++) {
        publish(feed, &collect->drafts[i]);
        free((void *)(uintptr_t)collect->drafts[i].rest.ptr);
    }
    if (collect->status != GCT_OK) {
        make_gap(feed);
    }
    free(collect->drafts);
    free(collect->effects);
    gct_directory_free(&collect->directory);
    free(collect);
    feed->collecting = 0;
    collect_start(feed);
}

static void collect_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct collect *collect = GCT_STRUCT_OF(read, collect, read);
    collect->status = status;
    if (status != GCT_OK) {
        gct_log_error("live.collect_failed", err);
    }
    collect->post.run = collect_end;
    gct_mailbox_put(gct_loop_box(collect->feed->web->loop), &collect->post);
}

static void collect_start(struct gct_feed *feed)
{
    if (feed->collecting || feed->pending_count == 0) {
        return;
    }
    struct collect *collect = gct_heap_new(sizeof *collect);
    size_t count = feed->pending_count < COLLECT_MOST ? feed->pending_count : COLLECT_MOST;
    collect->feed = feed;
    collect->directory = gct_directory_get(feed->web->directory);
    collect->count = count;
    collect->effects = gct_heap_array(count, sizeof *collect->effects);
    memcpy(collect->effects, feed->pending, count * sizeof *feed->pending);
    feed->pending_count -= count;
    memmove(feed->pending, feed->pending + count, feed->pending_count * sizeof *feed->pending);
    collect->read.run = collect_run;
    collect->read.done = collect_done;
    feed->collecting = 1;
    if (gct_store_read(feed->web->store, &collect->read) != GCT_OK) {
        collect->status = GCT_UNAVAILABLE;
        collect_end(&collect->post);
    }
}

static int nobody_listens(const struct gct_feed *feed)
{
    return feed->client_count == 0 && gct_clock_mono_ms() - feed->idle_since_ms > GCT_FEED_IDLE_MS;
}

static void batch_arrived(struct gct_post *post)
{
    struct batch *batch = GCT_STRUCT_OF(post, batch, post);
    struct gct_feed *feed = batch->feed;
    if (nobody_listens(feed)) {
        feed->seq += (int64_t)batch->count;
        forget_all(feed);
    } else if (feed->pending_count + batch->count > PENDING_MOST) {
        make_gap(feed);
    } else {
        if (feed->pending_count + batch->count > feed->pending_room) {
            feed->pending_room = 2u * (feed->pending_count + batch->count);
            feed->pending = gct_heap_resize(feed->pending, feed->pending_room, sizeof *feed->pending);
        }
        memcpy(feed->pending + feed->pending_count, batch->effects, batch->count * sizeof *batch->effects);
        feed->pending_count += batch->count;
        collect_start(feed);
    }
    free(batch);
}

static int concerns_consoles(enum gct_effect_kind kind)
{
    return kind == GCT_EFFECT_TICKET_CREATED || kind == GCT_EFFECT_TICKET_UPDATED ||
           kind == GCT_EFFECT_TICKET_LEFT || kind == GCT_EFFECT_MESSAGE_CREATED ||
           kind == GCT_EFFECT_MESSAGE_UPDATED || kind == GCT_EFFECT_CHANNEL_UPDATED;
}

void gct_feed_effects(struct gct_feed *feed, const struct gct_effect *effects, size_t count)
{
    struct batch *batch = gct_heap_new(sizeof *batch + count * sizeof *effects);
    batch->feed = feed;
    batch->post.run = batch_arrived;
    for (size_t i = 0; i < count; i++) {
        if (concerns_consoles(effects[i].kind)) {
            batch->effects[batch->count++] = effects[i];
        }
    }
    if (batch->count == 0) {
        free(batch);
        return;
    }
    gct_mailbox_put(gct_loop_box(feed->web->loop), &batch->post);
}

/* ---- life ---- */

static void tick(struct gct_timer *timer)
{
    struct gct_feed *feed = GCT_STRUCT_OF(timer, gct_feed, tick);
    gct_auth_catch_up(feed->web->auth);
    gct_feed_recheck(feed);
    gct_timer_start(feed->web->loop, &feed->tick, TICK_MS);
}

struct gct_feed *gct_feed_new(const struct gct_web *web, struct gct_slice build)
{
    struct gct_feed *feed = gct_heap_new(sizeof *feed);
    feed->web = web;
    feed->build = gct_heap_text(build);
    /* Numbers never go back, restarts included: a thousand a millisecond is more than the store can commit.
     */
    feed->seq = gct_clock_wall_ms() * 1000;
    feed->complete_from = feed->seq;
    feed->idle_since_ms = gct_clock_mono_ms() - 2 * GCT_FEED_IDLE_MS;
    feed->tick.fire = tick;
    gct_timer_start(web->loop, &feed->tick, TICK_MS);
    return feed;
}

void gct_feed_free(struct gct_feed **feed)
{
    if (*feed != NULL) {
        gct_timer_cancel(&(*feed)->tick);
        forget_all(*feed);
        free((*feed)->pending);
        free((*feed)->build);
        free(*feed);
        *feed = NULL;
    }
}

struct gct_feed_stats gct_feed_stats(const struct gct_feed *feed)
{
    return (struct gct_feed_stats){ feed->client_count, feed->count, feed->sent, feed->resyncs };
}
