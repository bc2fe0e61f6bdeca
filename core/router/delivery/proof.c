#include "router/delivery/proof.h"

#include "base/slice.h"
#include "model/length.h"
#include "router/remote.h"

struct queued {
    int64_t id; /* 0: none, all of it is sent */
    uint32_t part;
    uint32_t parts;
    enum gct_outbox_state state;
};

static enum gct_status read_queued(struct route *route, int64_t message, struct queued *queued,
                                   struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *queued = (struct queued){ 0 };
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_outbox_of_message, GCT_BIND(GCT_V_INT(message)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        queued->id = gct_rows_integer(rows, 0);
        queued->part = (uint32_t)gct_rows_integer(rows, 1);
        queued->parts = (uint32_t)gct_rows_integer(rows, 2);
        queued->state = (enum gct_outbox_state)gct_rows_integer(rows, 3);
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

/* An echo without our mark may have come before the answer, and stands in the thread as somebody else's
 * message: it is ours, so it is put away, and what hung on it is ours too. */
static enum gct_status adopt(struct route *route, struct thread *thread, const struct found *message,
                             const struct found *other, struct found *merged, struct gct_error *err)
{
    struct gct_value ids[] = { GCT_V_INT(other->id), GCT_V_INT(message->id) };
    enum gct_status status = gct_db_run(route->db, GCT_SQL_message_put_away, ids, 1, err);
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_reaction_move, ids, 2, err);
    }
    merged->flags |= GCT_MESSAGE_ADOPTED;
    if (other->has_delivery) {
        merged->delivery = gct_delivery_merge(merged->delivery, other->delivery);
    }
    if ((other->flags & GCT_MESSAGE_DATED) != 0 && (merged->flags & GCT_MESSAGE_DATED) == 0) {
        merged->flags |= GCT_MESSAGE_DATED;
        merged->sent_ms = other->sent_ms;
    }
    if (thread->ticket.last_message_id == other->id) {
        thread->ticket.last_message_id = message->id;
        thread_touch_ticket(route, thread);
    }
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, other->ticket, other->id);
    return status;
}

static enum gct_status note_remote_id(struct route *route, struct thread *thread, const struct found *message,
                                      const struct proof *proof, struct found *merged, struct gct_error *err)
{
    struct found other = { 0 };
    if (proof->remote_id.len == 0) {
        return GCT_OK;
    }
    enum gct_status status = found_by_remote(route, thread->account, proof->remote_id, &other, err);
    if (status != GCT_OK || other.id == message->id) {
        return status;
    }
    if (other.id != 0 && (other.ours || other.direction != GCT_DIRECTION_OUT)) {
        return GCT_OK; /* the platform gave one id to two messages: the first one keeps it */
    }
    if (other.id != 0) {
        status = adopt(route, thread, message, &other, merged, err);
    }
    if (status == GCT_OK && proof->part == 0) {
        const struct remote remote = { thread->account, message->direction, proof->remote_id };
        struct gct_value values[] = { GCT_V_INT(message->id), GCT_V_TEXT(proof->remote_id),
                                      remote_key(proof->remote_id), GCT_V_INT(0) };
        status = remote_write(route->db, GCT_SQL_message_set_remote, &remote, values, GCT_COUNT(values), err);
    } else if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_part_insert,
                            GCT_BIND(GCT_V_INT(thread->account), GCT_V_TEXT(proof->remote_id),
                                     GCT_V_INT(message->id), GCT_V_INT(proof->part)),
                            err);
    }
    return status;
}

static enum gct_status log_sent(struct route *route, const struct thread *thread, const struct found *message,
                                int64_t at_ms, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_message_content, GCT_BIND(GCT_V_INT(message->id)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        struct gct_engagement line =
            thread_event(thread, GCT_ENGAGEMENT_MESSAGE_SENT,
                         message->author == GCT_AUTHOR_AUTOMATION ? GCT_BY_AUTOMATION : GCT_BY_AGENT, at_ms);
        line.ticket = message->ticket;
        line.agent = gct_rows_bytes(rows, 0);
        line.has_length = 1;
        line.len_bucket =
            gct_engagement_length(gct_text_length(gct_rows_bytes(rows, 1), GCT_UNIT_CODE_POINTS));
        line.media_count = gct_rows_integer(rows, 2);
        line.kind = line.media_count == 0 ? GCT_ABOUT_TEXT : (uint32_t)gct_rows_integer(rows, 3);
        status = gct_engagement_write(route->tx, &line, err);
    }
    gct_rows_close(&rows);
    return status;
}

/* The platform's time of the message is that of its last part. first: until now only ours was known. */
static void date(struct found *message, const struct proof *proof, int first)
{
    int dated = (message->flags & GCT_MESSAGE_DATED) != 0;
    int later = proof->part > 0 && proof->at_ms > message->sent_ms;
    if (proof->dated && (!dated || later)) {
        message->flags |= GCT_MESSAGE_DATED;
        message->sent_ms = proof->at_ms;
    } else if (!dated && first) {
        message->sent_ms = proof->at_ms;
    }
}

/* All of it is at the platform. first: its row left the outbox now, and it is not in the log yet. */
static enum gct_status sent(struct route *route, struct thread *thread, const struct found *message,
                            const struct found *merged, const struct proof *proof, int first,
                            struct gct_error *err)
{
    struct found now = *merged;
    date(&now, proof, first);
    now.flags &= ~GCT_MESSAGE_DISCARDED;
    now.delivery = thread_watermark(thread, gct_delivery_merge(now.delivery, GCT_DELIVERY_SENT), now.sent_ms);
    if (!first && now.delivery == message->delivery && now.flags == message->flags &&
        now.sent_ms == message->sent_ms) {
        return GCT_OK;
    }
    enum gct_status status = gct_db_run(route->db, GCT_SQL_message_delivery,
                                        GCT_BIND(GCT_V_INT(message->id), GCT_V_INT(now.delivery),
                                                 GCT_V_INT(now.sent_ms), GCT_V_INT(now.flags)),
                                        err);
    if (status == GCT_OK && first) {
        status = gct_db_run(route->db, GCT_SQL_account_sent,
                            GCT_BIND(GCT_V_INT(thread->account), GCT_V_INT(route->now_ms)), err);
    }
    if (status == GCT_OK && first && (now.flags & GCT_MESSAGE_ADOPTED) == 0) {
        status = log_sent(route, thread, message, now.sent_ms, err);
    }
    if (thread->ticket.id == message->ticket) {
        if (message->author == GCT_AUTHOR_AGENT) {
            step_answered(&thread->ticket, now.sent_ms);
        }
        step_newest(&thread->ticket, message->id, now.sent_ms);
        thread_touch_ticket(route, thread);
    }
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, message->ticket, message->id);
    return status;
}

static enum gct_status move_on(struct route *route, const struct thread *thread, const struct queued *queued,
                               uint32_t next, uint32_t parts, struct gct_error *err)
{
    /* A reply that waited for this echo goes on with the part that follows; one that failed waits for its
     * agent. */
    int waited = queued->state == GCT_OUTBOX_WAITING;
    enum gct_outbox_state state = waited ? GCT_OUTBOX_QUEUED : queued->state;
    enum gct_status status =
        gct_db_run(route->db, GCT_SQL_outbox_move_on,
                   GCT_BIND(GCT_V_INT(queued->id), GCT_V_INT(next), GCT_V_INT(parts), GCT_V_INT(state),
                            GCT_V_INT(waited ? route->now_ms : INT64_MAX)),
                   err);
    if (status == GCT_OK && waited) {
        gct_tx_effect(route->tx,
                      (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = thread->account });
    }
    return status;
}

/* What the customer has seen a part of is no longer put away, and what was logged is not logged again. */
static enum gct_status note_flags(struct route *route, const struct thread *thread,
                                  const struct found *message, const struct found *merged,
                                  struct gct_error *err)
{
    uint32_t flags = (message->flags | (merged->flags & GCT_MESSAGE_ADOPTED)) & ~GCT_MESSAGE_DISCARDED;
    if (flags == message->flags) {
        return GCT_OK;
    }
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, message->ticket, message->id);
    return gct_db_run(route->db, GCT_SQL_message_flags, GCT_BIND(GCT_V_INT(message->id), GCT_V_INT(flags)),
                      err);
}

enum gct_status proof_take(struct route *route, const struct found *message, const struct proof *proof,
                           struct gct_error *err)
{
    struct thread *thread = NULL;
    struct queued queued = { 0 };
    struct found merged = *message;
    enum gct_status status = thread_of_conversation(route, message->conversation, &thread, err);
    if (status == GCT_OK) {
        status = note_remote_id(route, thread, message, proof, &merged, err);
    }
    if (status == GCT_OK) {
        status = read_queued(route, message->id, &queued, err);
    }
    if (status != GCT_OK) {
        return status;
    }
    uint32_t parts = proof->parts > queued.parts ? proof->parts : queued.parts;
    uint32_t next = proof->part + 1u > queued.part ? proof->part + 1u : queued.part;
    if (queued.id == 0) {
        status = sent(route, thread, message, &merged, proof, 0, err);
    } else if (next < parts) {
        status = note_flags(route, thread, message, &merged, err);
        if (status == GCT_OK && (next > queued.part || parts > queued.parts)) {
            status = move_on(route, thread, &queued, next, parts, err);
        }
    } else {
        status = gct_db_run(route->db, GCT_SQL_outbox_remove, GCT_BIND(GCT_V_INT(queued.id)), err);
        if (status == GCT_OK) {
            status = sent(route, thread, message, &merged, proof, 1, err);
        }
        gct_tx_effect(route->tx,
                      (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = thread->account });
    }
    if (status == GCT_OK && proof->remote_id.len > 0) {
        status = parked_apply(route, thread, proof->remote_id, err);
    }
    return status;
}
