/* Writing down what became of a request, before anything else happens to its reply. A store that does not
 * take it is asked again until it does. */
#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"

#define AGAIN_MS INT64_C(250)
/* A write that fails for another reason than the store's state is a defect: it must not fill the log. */
#define DEFECT_MS (5 * GCT_SECOND_MS)

/* For the admin: why nothing gets through (a certificate, an address), until something does. */
static enum gct_status write_note(const struct reply *reply, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    int64_t account = reply->lane->account;
    struct gct_slice words = reply->note == NOTE_UNREACHABLE ? gct_slice_of(reply->call.reason) : GCT_EMPTY;
    enum gct_status st =
        gct_db_run(db, GCT_SQL_account_trouble, GCT_BIND(GCT_V_INT(account), gct_value_text(words)), err);
    if (st == GCT_OK && gct_db_changes(db) > 0) {
        gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_CHANNEL_UPDATED, .account = account });
    }
    return st;
}

static enum gct_status write_account(const struct reply *reply, struct gct_tx *tx, struct gct_error *err)
{
    const struct fate *fate = &reply->fate;
    int64_t account = reply->lane->account;
    enum gct_status st = GCT_OK;
    if (fate->account != GCT_ACCOUNT_OK) {
        st = gct_account_set_state(tx, account, fate->account, fate->code, fate->sentence, err);
    }
    if (st == GCT_OK && reply->note != NOTE_NONE) {
        st = write_note(reply, tx, err);
    }
    if (st == GCT_OK && reply->pause_ms != 0) {
        st = gct_account_pause_until(tx, account, reply->pause_ms, err);
    }
    return st;
}

static enum gct_status settle_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct reply *reply = GCT_STRUCT_OF(write, reply, write);
    const struct fate *fate = &reply->fate;
    int64_t id = reply->out->id;
    enum gct_status st = write_account(reply, tx, err);
    if (st != GCT_OK) {
        return st;
    }
    switch (fate->kind) {
    case FATE_SENT:
        return gct_delivery_sent(tx, id, reply->part, reply->parts, fate->remote_id, &reply->settled, err);
    case FATE_RETRY: return gct_delivery_retry(tx, id, reply->at_ms, err);
    case FATE_PUT_BACK: return gct_delivery_put_back(tx, id, reply->at_ms, err);
    case FATE_FAILED: return gct_delivery_failed(tx, id, fate->problem, fate->code, fate->sentence, err);
    case FATE_UNCLEAR: return gct_delivery_unclear(tx, reply->batch->directory, id, reply->part, err);
    }
    return GCT_INTERNAL;
}

static void settle_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct reply *reply = GCT_STRUCT_OF(write, reply, write);
    reply->written = status;
    if (status != GCT_OK) {
        gct_log_error("egress.fate", err);
    }
    gct_mailbox_put(reply->sender->box, &reply->post);
}

static void count(struct reply *reply, int ended)
{
    struct gct_sender *sender = reply->sender;
    switch (reply->fate.kind) {
    case FATE_SENT:
        if (ended) {
            SENDER_COUNT(sender, sent);
        }
        break;
    case FATE_RETRY: SENDER_COUNT(sender, retried); break;
    case FATE_PUT_BACK: SENDER_COUNT(sender, put_back); break;
    case FATE_FAILED: SENDER_COUNT(sender, failed); break;
    case FATE_UNCLEAR: SENDER_COUNT(sender, unclear); break;
    }
}

/* A commit that failed may be on the disk after all: then the row waits to be sent again, and its old fate,
 * written once more, would take it from whoever claimed it. So its account claims nothing until it is
 * written. */
static void write_later(struct reply *reply, int64_t delay_ms)
{
    sender_trouble(reply->sender, TROUBLE_STORE, "the store does not take what became of replies");
    reply->wake_ms = gct_clock_mono_ms() + delay_ms;
    reply->lane->unwritten += reply->unwritten ? 0u : 1u;
    reply->unwritten = 1;
}

static void settled(struct gct_post *post)
{
    struct reply *reply = GCT_STRUCT_OF(post, reply, post);
    if (reply->written != GCT_OK) {
        write_later(reply, reply->written == GCT_UNAVAILABLE ? AGAIN_MS : DEFECT_MS);
        return;
    }
    if (reply->unwritten) {
        reply->unwritten = 0;
        reply->lane->unwritten--;
        lane_due(reply->lane, gct_clock_mono_ms());
    }
    sender_fine(reply->sender, TROUBLE_STORE);
    int ended = reply->fate.kind != FATE_SENT || reply->settled || reply->part + 1u >= reply->parts;
    count(reply, ended);
    if (reply->note != NOTE_NONE) {
        reply->lane->noted = reply->note == NOTE_UNREACHABLE;
        reply->note = NOTE_NONE;
    }
    if (ended) {
        reply_end(reply);
    } else {
        reply->part++;
        reply_next(reply);
    }
}

void reply_settle_again(struct reply *reply)
{
    reply->write = (struct gct_write){ .run = settle_run, .done = settle_done, .uses_reserve = 1 };
    reply->post.run = settled;
    reply->settled = 0;
    if (gct_store_write(reply->sender->options.store, &reply->write) != GCT_OK) {
        write_later(reply, AGAIN_MS);
    }
}

void reply_settle(struct reply *reply, const struct fate *fate)
{
    int64_t now = gct_clock_wall_ms();
    reply->fate = *fate;
    reply->at_ms = now + fate->delay_ms;
    reply->pause_ms = fate->pause_ms > 0 ? now + fate->pause_ms : 0;
    reply->step = REPLY_SETTLE;
    reply->wake_ms = PACE_NEVER;
    reply_settle_again(reply);
}

void reply_put_back(struct reply *reply, int64_t delay_ms)
{
    struct fate fate = { .kind = FATE_PUT_BACK, .delay_ms = delay_ms, .account = GCT_ACCOUNT_OK };
    reply_settle(reply, &fate);
}
