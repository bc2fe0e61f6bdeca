/* One request of a reply: secrets put in at the last moment, sent, its answer judged by the plugin. */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"
#include "plugin/places.h"

#define CLASSIFY_AGAIN_MS INT64_C(200)
#define CLASSIFY_PATIENCE_MS (10 * GCT_SECOND_MS)

/* Tells what happened, by numbers alone. */
static void log_call(const struct reply *reply, const char *event, struct gct_slice code,
                     struct gct_slice reason)
{
    GCT_LOG(GCT_LEVEL_WARN, event, GCT_F_TEXT("channel", reply->out->account->channel->name),
            GCT_F_INT("message", reply->out->message_id), GCT_F_INT("attempt", reply->out->attempts),
            GCT_F_INT("status", reply->call.response.status), GCT_F_TEXT("code", code),
            GCT_F_TEXT("reason", reason));
}

/* ---- the verdict ---- */

/* Nobody can say what the answer means. A 4xx was not carried out; else it may have been. */
static void settle_unjudged(struct reply *reply, struct gct_slice why)
{
    uint32_t status = reply->call.response.status;
    struct retry_case of = reply_case(reply);
    struct fate fate =
        status >= 400u && status <= 499u ? retry_untranslated(&of, why) : retry_unclear(&of, why);
    log_call(reply, "egress.unjudged", GCT_EMPTY, why);
    reply_settle(reply, &fate);
}

/* The platform refuses the account itself, but as it was configured when the request was made: of the
 * settings that stand there now it has said nothing. */
static int is_outdated(const struct reply *reply, const struct fate *fate)
{
    struct gct_directory *directory = NULL;
    if (fate->account == GCT_ACCOUNT_OK) {
        return 0;
    }
    directory = gct_directory_get(reply->sender->options.directory);
    int outdated = directory != reply->batch->directory;
    gct_directory_free(&directory);
    return outdated;
}

static void judged(struct gct_post *post)
{
    struct gct_translation *classify = GCT_STRUCT_OF(post, gct_translation, post);
    struct reply *reply = GCT_STRUCT_OF(classify, reply, judgement);
    struct retry_case of = reply_case(reply);
    int64_t now = gct_clock_mono_ms();
    if (classify->status == GCT_UNAVAILABLE) { /* it hung in another call: ask again */
        reply->wake_ms = now + CLASSIFY_AGAIN_MS;
        return;
    }
    if (classify->status != GCT_OK) {
        settle_unjudged(reply, classify->reason);
        return;
    }
    struct fate fate = retry_judge(&classify->verdict, &of);
    pace_heard_usage(&reply->lane->pace, classify->verdict.usage_percent, now);
    if (fate.pause_ms > 0) {
        pace_hold(&reply->lane->pace, fate.pause_ms, now);
    }
    if (is_outdated(reply, &fate)) {
        fate.account = GCT_ACCOUNT_OK;
    }
    if (fate.account != GCT_ACCOUNT_OK) {
        reply->lane->epoch++;
    }
    if (classify->verdict.outcome != GCT_OUTCOME_SENT) {
        log_call(reply, "egress.not_sent", fate.code, fate.sentence);
    }
    reply_settle(reply, &fate);
}

static void classify_done(struct gct_translation *classify)
{
    struct reply *reply = GCT_STRUCT_OF(classify, reply, judgement);
    classify->post.run = judged;
    gct_mailbox_put(reply->sender->box, &classify->post);
}

void reply_classify(struct reply *reply, int64_t now_ms)
{
    if (now_ms >= reply->give_up_ms || now_ms >= reply->sender->stop_ms) {
        settle_unjudged(reply, GCT_LIT("the plugin is not available to judge the answer"));
        return;
    }
    reply->step = REPLY_CLASSIFY;
    reply->judgement = (struct gct_translation){ .kind = GCT_CLASSIFY,
                                                 .now_ms = gct_clock_wall_ms(),
                                                 .seed = sender_random(),
                                                 .reply = &reply->call.response,
                                                 .arena = reply->answer,
                                                 .done = classify_done };
    if (gct_translate(reply->out->account->channel->instance, &reply->judgement) != GCT_OK) {
        reply->wake_ms = now_ms + CLASSIFY_AGAIN_MS;
    }
}

/* ---- the call ---- */

static void answered(struct client_call *call)
{
    struct reply *reply = GCT_STRUCT_OF(call, reply, call);
    int64_t now = gct_clock_mono_ms();
    int works = call->end == CLIENT_ANSWERED && call->response.status < 500u;
    if (works) {
        pace_worked(&reply->lane->pace);
    } else {
        pace_failed(&reply->lane->pace, reply->began_ms, sender_random(), now);
    }
    if (call->end == CLIENT_ANSWERED) {
        reply->note = reply->lane->noted ? NOTE_REACHED : NOTE_NONE;
        reply->give_up_ms = now + CLASSIFY_PATIENCE_MS;
        call->response.account = reply->out->account->remote_id;
        reply_classify(reply, now);
        return;
    }
    struct retry_case of = reply_case(reply);
    struct gct_slice reason = gct_slice_of(call->reason);
    if (call->end == CLIENT_NOT_TAKEN && !reply->lane->noted) {
        reply->note = NOTE_UNREACHABLE;
    }
    struct fate fate =
        call->end == CLIENT_NOT_TAKEN ? retry_not_taken(&of, reason) : retry_unclear(&of, reason);
    log_call(reply, call->end == CLIENT_NOT_TAKEN ? "egress.not_taken" : "egress.unclear", GCT_EMPTY, reason);
    if (call->end == CLIENT_NOT_TAKEN && reply->sender->stopping) {
        reply_put_back(reply, 0);
    } else {
        reply_settle(reply, &fate);
    }
}

static void forget(struct gct_slice secret)
{
    gct_wipe((void *)(uintptr_t)secret.ptr, secret.len);
}

enum gct_status sender_call(struct gct_sender *sender, const struct gct_directory_account *account,
                            const struct gct_http_request *request, struct client_call *call,
                            struct gct_error *err)
{
    const struct gct_http_request *filled = NULL;
    enum gct_status st = gct_places_fill(account->channel->instance, account->remote_id, request,
                                         sender->secrets, &filled, err);
    if (st == GCT_OK) {
        st = client_send(sender->client, call, account->channel->api_base, filled, err);
        forget(filled->query);
        for (size_t i = 0; i < filled->header_count; i++) {
            forget(filled->headers[i].value);
        }
    }
    gct_arena_reset(sender->secrets);
    if (st == GCT_OK) {
        SENDER_COUNT(sender, requests);
    }
    return st;
}

void reply_call(struct reply *reply, int64_t now_ms)
{
    const struct gct_http_request *request = reply->translation.requests[reply->part];
    struct gct_error err = { .status = GCT_OK };
    gct_arena_reset(reply->answer);
    reply->call = (struct client_call){ .arena = reply->answer, .done = answered };
    reply->step = REPLY_CALL;
    reply->began_ms = now_ms;
    if (sender_call(reply->sender, reply->out->account, request, &reply->call, &err) == GCT_OK) {
        pace_take(&reply->lane->pace, (request->flags & GCT_HTTP_MEDIA) != 0, reply->out->conversation,
                  now_ms);
        reply->lane->uncalled -= reply->called ? 0u : 1u;
        reply->called = 1;
        return;
    }
    /* The account's settings do not do (no token, no address): an admin must act, and the queue waits. */
    struct fate fate = { .kind = FATE_PUT_BACK,
                         .sentence = gct_arena_copy(reply->answer, gct_slice_of(err.text)),
                         .account = GCT_ACCOUNT_AUTHORITY_LOST };
    log_call(reply, "egress.not_possible", GCT_EMPTY, fate.sentence);
    reply->lane->epoch++;
    reply_settle(reply, &fate);
}
