/* One reply from its claim to its end, as a small state machine (enum reply_step). Nothing here waits: each
 * step hands over and is called again with the result, on the sender's thread. */
#include <stdlib.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"

#define REQUEST_BYTES ((size_t)4u << 20)
#define ANSWER_BYTES ((size_t)2u << 20)
/* A reply that the pace holds back for longer waits in the outbox instead of here. */
#define PATIENCE_MS (2 * GCT_SECOND_MS)
#define PLUGIN_DOWN_MS (2 * GCT_SECOND_MS)
#define PLUGIN_GONE_MS (30 * GCT_SECOND_MS)

struct retry_case reply_case(const struct reply *reply)
{
    const struct gct_translation *encode = &reply->translation;
    int known = reply->part < encode->request_count;
    return (struct retry_case){ .flags = known ? encode->requests[reply->part]->flags : 0,
                                .status = reply->call.response.status,
                                .attempts = reply->out->attempts,
                                .age_ms = gct_clock_wall_ms() - reply->out->created_ms,
                                .random = sender_random() };
}

/* ---- the plugin writes the requests ---- */

/* What the plugin refuses will be refused again; what it broke may be mended by a reload. */
static void encode_failed(struct reply *reply)
{
    const struct gct_translation *encode = &reply->translation;
    struct retry_case of = reply_case(reply);
    struct fate fate = { .kind = FATE_FAILED, .sentence = encode->reason, .account = GCT_ACCOUNT_OK };
    switch (encode->status) {
    case GCT_UNAVAILABLE: reply_put_back(reply, PLUGIN_DOWN_MS); return;
    case GCT_UNSUPPORTED:
        fate.problem = reply->out->message.attachment_count != 0 ? GCT_PROBLEM_UNSUPPORTED_ATTACHMENT
                                                                 : GCT_PROBLEM_PLATFORM_REFUSED;
        break;
    case GCT_INVALID:
    case GCT_LIMIT: fate.problem = GCT_PROBLEM_PLATFORM_REFUSED; break;
    default: fate = retry_untranslated(&of, encode->reason); break;
    }
    GCT_LOG(GCT_LEVEL_WARN, "egress.encode", GCT_F_INT("message", reply->out->message_id),
            GCT_F_CSTR("status", gct_status_name(encode->status)), GCT_F_TEXT("reason", encode->reason));
    reply_settle(reply, &fate);
}

static enum gct_status parts_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct reply *reply = GCT_STRUCT_OF(write, reply, write);
    return gct_delivery_parts(tx, reply->out->id, reply->parts, err);
}

static void parts_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct reply *reply = GCT_STRUCT_OF(write, reply, write);
    (void)err;
    reply->written = status;
    gct_mailbox_put(reply->sender->box, &reply->post);
}

static void parts_written(struct gct_post *post)
{
    struct reply *reply = GCT_STRUCT_OF(post, reply, post);
    if (reply->written == GCT_OK) {
        reply_next(reply);
    } else {
        reply_put_back(reply, PLUGIN_DOWN_MS);
    }
}

static void write_parts(struct reply *reply)
{
    reply->step = REPLY_PARTS;
    reply->write = (struct gct_write){ .run = parts_run, .done = parts_done, .uses_reserve = 1 };
    reply->post.run = parts_written;
    if (gct_store_write(reply->sender->options.store, &reply->write) != GCT_OK) {
        reply_put_back(reply, PLUGIN_DOWN_MS);
    }
}

static void encoded(struct gct_post *post)
{
    struct gct_translation *encode = GCT_STRUCT_OF(post, gct_translation, post);
    struct reply *reply = GCT_STRUCT_OF(encode, reply, translation);
    struct fate fate = { .kind = FATE_SENT, .account = GCT_ACCOUNT_OK };
    if (encode->status != GCT_OK) {
        encode_failed(reply);
        return;
    }
    reply->parts = (uint32_t)encode->request_count;
    GCT_CHECK(reply->parts != 0);      /* nothing to send is not sent: the guard refuses it */
    if (reply->part >= reply->parts) { /* a newer plugin needs fewer requests: all of them went out */
        reply->part = reply->parts - 1u;
        reply_settle(reply, &fate);
    } else if (reply->parts > 1u) {
        write_parts(reply);
    } else {
        reply_next(reply);
    }
}

static void encode_done(struct gct_translation *encode)
{
    struct reply *reply = GCT_STRUCT_OF(encode, reply, translation);
    encode->post.run = encoded;
    gct_mailbox_put(reply->sender->box, &encode->post);
}

static void begin_encode(struct reply *reply)
{
    struct gct_instance *instance = reply->out->account->channel->instance;
    reply->step = REPLY_ENCODE;
    reply->translation = (struct gct_translation){ .kind = GCT_ENCODE,
                                                   .now_ms = gct_clock_wall_ms(),
                                                   .seed = sender_random(),
                                                   .message = &reply->out->message,
                                                   .arena = reply->requests,
                                                   .done = encode_done };
    if (instance == NULL) {
        reply_put_back(reply, PLUGIN_GONE_MS);
    } else if (gct_translate(instance, &reply->translation) != GCT_OK) {
        reply_put_back(reply, PLUGIN_DOWN_MS);
    }
}

/* ---- its life ---- */

void reply_new(struct batch *batch, const struct gct_outgoing *out)
{
    struct gct_sender *sender = batch->sender;
    struct reply *reply = gct_heap_new(sizeof *reply);
    reply->sender = sender;
    reply->lane = batch->lane;
    reply->batch = batch;
    reply->out = out;
    reply->wake_ms = PACE_NEVER;
    reply->part = out->part;
    reply->requests = gct_arena_new(REQUEST_BYTES);
    reply->answer = gct_arena_new(ANSWER_BYTES);
    reply->lane->replies++;
    reply->lane->uncalled++;
    sender->reply_count++;
    DL_APPEND(sender->replies, reply);
    if (sender->stopping || batch->status != GCT_OK || batch->epoch != batch->lane->epoch) {
        reply_put_back(reply, 0);
    } else {
        begin_encode(reply);
    }
}

void reply_end(struct reply *reply)
{
    struct gct_sender *sender = reply->sender;
    struct lane *lane = reply->lane;
    DL_DELETE(sender->replies, reply);
    sender->reply_count--;
    lane->replies--;
    lane->uncalled -= reply->called ? 0u : 1u;
    lane->unwritten -= reply->unwritten ? 1u : 0u;
    lane_due(lane, gct_clock_mono_ms());
    gct_arena_free(&reply->requests);
    gct_arena_free(&reply->answer);
    batch_release(reply->batch);
    free(reply);
}

void reply_next(struct reply *reply)
{
    const struct gct_http_request *request = reply->translation.requests[reply->part];
    int64_t now = gct_clock_mono_ms();
    int64_t at = pace_next_ms(&reply->lane->pace, (request->flags & GCT_HTTP_MEDIA) != 0,
                              reply->out->conversation, now);
    if (reply->sender->stopping || reply->batch->epoch != reply->lane->epoch) {
        reply_put_back(reply, 0);
    } else if (at > now + PATIENCE_MS) {
        reply_put_back(reply, at - now);
    } else if (at > now) {
        reply->step = REPLY_WAIT;
        reply->wake_ms = at;
    } else {
        reply->wake_ms = PACE_NEVER;
        reply_call(reply, now);
    }
}

/* ---- the clock ---- */

static void wake(struct reply *reply, int64_t now_ms)
{
    reply->wake_ms = PACE_NEVER;
    switch (reply->step) {
    case REPLY_WAIT: reply_next(reply); break;
    case REPLY_CLASSIFY: reply_classify(reply, now_ms); break;
    case REPLY_SETTLE: reply_settle_again(reply); break;
    default: break;
    }
}

/* The store does not take its fate, and the sender must end: the next start treats it as unclear. */
static void abandoned(struct gct_post *post)
{
    struct reply *reply = GCT_STRUCT_OF(post, reply, post);
    GCT_LOG(GCT_LEVEL_ERROR, "egress.fate_unwritten", GCT_F_INT("message", reply->out->message_id));
    reply_end(reply);
}

/* The sender stops: who waits for the pace goes back, who is on the line is given a moment. */
static void hurry(struct reply *reply, int64_t now_ms)
{
    struct gct_sender *sender = reply->sender;
    if (reply->step == REPLY_WAIT) {
        wake(reply, now_ms);
    } else if (reply->step == REPLY_CALL && now_ms >= sender->stop_ms) {
        client_cancel(sender->client, &reply->call);
    } else if (reply->step == REPLY_SETTLE && reply->wake_ms != PACE_NEVER && now_ms >= sender->abandon_ms) {
        reply->wake_ms = PACE_NEVER;
        reply->post.run = abandoned;
        gct_mailbox_put(sender->box, &reply->post);
    }
}

int64_t reply_pump(struct gct_sender *sender, int64_t now_ms)
{
    struct reply *reply = NULL;
    struct reply *next = NULL;
    int64_t next_ms = PACE_NEVER;
    DL_FOREACH_SAFE (sender->replies, reply, next) {
        if (reply->wake_ms <= now_ms) {
            wake(reply, now_ms);
        }
    }
    if (sender->stopping) {
        DL_FOREACH_SAFE (sender->replies, reply, next) {
            hurry(reply, now_ms);
        }
        next_ms = now_ms < sender->stop_ms ? sender->stop_ms : now_ms + GCT_SECOND_MS / 10;
    }
    DL_FOREACH (sender->replies, reply) {
        next_ms = reply->wake_ms < next_ms ? reply->wake_ms : next_ms;
    }
    return next_ms;
}
