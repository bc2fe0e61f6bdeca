#include <guichet/event.h>

#include "base/json.h"
#include "base/slice.h"
#include "model/length.h"
#include "router/delivery/proof.h"
#include "router/ingest/arrival.h"
#include "router/remote.h"

/* A row to be written. */
struct draft {
    enum gct_direction direction;
    uint32_t author;
    struct gct_slice text;
    struct gct_slice remote_id;
    struct gct_slice reply_to;
    struct gct_slice context;
    const struct gct_attachment *const *attachments;
    uint32_t attachment_count;
};

static enum gct_status insert_attachments(struct route *route, int64_t message, const struct draft *draft,
                                          struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    for (uint32_t i = 0; status == GCT_OK && i < draft->attachment_count; i++) {
        const struct gct_attachment *a = draft->attachments[i];
        int placed = a->kind == GCT_ATTACHMENT_LOCATION;
        status =
            gct_db_run(route->db, GCT_SQL_attachment_insert,
                       GCT_BIND(GCT_V_INT(message), GCT_V_INT(i), GCT_V_INT(a->kind),
                                GCT_V_INT(GCT_MEDIA_LINKED), gct_value_text(a->url), gct_value_text(a->mime),
                                gct_value_text(a->name), gct_value_text(a->remote_id), gct_value_text(a->raw),
                                a->bytes < 0 ? GCT_V_NULL : GCT_V_INT(a->bytes),
                                a->duration_ms < 0 ? GCT_V_NULL : GCT_V_INT(a->duration_ms),
                                placed ? GCT_V_INT(a->latitude_e7) : GCT_V_NULL,
                                placed ? GCT_V_INT(a->longitude_e7) : GCT_V_NULL),
                       err);
    }
    return status;
}

/* The ticket, the row, and what hangs on it. *id is the message's. */
static enum gct_status insert_message(struct arrival *arrival, enum step_writer writer,
                                      const struct draft *draft, int64_t *id, struct gct_error *err)
{
    struct route *route = arrival->route;
    struct thread *thread = arrival->thread;
    struct step_turn turn;
    enum gct_status status = thread_ticket(route, thread, writer, &turn, err);
    if (status != GCT_OK) {
        return status;
    }
    int64_t at = arrival->head.at_ms;
    uint32_t flags = GCT_MESSAGE_DATED;
    flags |= (arrival->event->flags & GCT_EVENT_STANDBY) != 0 ? GCT_MESSAGE_STANDBY : 0;
    flags |= (arrival->event->flags & GCT_EVENT_BACKFILL) != 0 ? GCT_MESSAGE_BACKFILL : 0;
    struct gct_value delivery = GCT_V_NULL;
    if (draft->direction == GCT_DIRECTION_OUT) {
        delivery = GCT_V_INT(thread_watermark(thread, GCT_DELIVERY_SENT, at));
    }
    const struct remote remote = { thread->account, draft->direction, draft->remote_id };
    struct gct_value row[] = { GCT_V_INT(thread->conversation),
                               GCT_V_INT(thread->ticket.id),
                               GCT_V_INT(thread->account),
                               GCT_V_INT(draft->direction),
                               GCT_V_INT(GCT_KIND_MESSAGE),
                               GCT_V_INT(draft->author),
                               GCT_V_NULL,
                               gct_value_text(draft->text),
                               gct_value_text(draft->remote_id),
                               remote_key(draft->remote_id),
                               gct_value_text(draft->reply_to),
                               remote_key(draft->reply_to),
                               gct_value_text(draft->context),
                               GCT_V_INT(at),
                               GCT_V_INT(route->now_ms),
                               delivery,
                               GCT_V_INT(flags),
                               GCT_V_NULL,
                               GCT_V_NULL,
                               GCT_V_INT(0) };
    status = remote_write(route->db, GCT_SQL_message_insert, &remote, row, GCT_COUNT(row), err);
    if (status != GCT_OK) {
        return status;
    }
    *id = gct_db_last_id(route->db);
    step_wrote(&thread->ticket, writer, at, turn.reopened && turn.reopened_from == GCT_TICKET_SOLVED);
    step_newest(&thread->ticket, *id, at);
    thread_touch_ticket(route, thread);
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_CREATED, thread->ticket.id, *id);
    status = insert_attachments(route, *id, draft, err);
    if (status == GCT_OK && draft->remote_id.len > 0) {
        status = parked_apply(route, thread, draft->remote_id, err);
    }
    return status;
}

static enum gct_status log_message(struct arrival *arrival, enum gct_engagement_kind type,
                                   enum gct_engagement_actor actor, const struct gct_event_message *message,
                                   struct gct_error *err)
{
    struct gct_engagement line = thread_event(arrival->thread, type, actor, arrival->head.at_ms);
    line.kind = step_content_kind(message);
    line.has_length = 1;
    line.len_bucket = gct_engagement_length(gct_text_length(message->text, GCT_UNIT_CODE_POINTS));
    line.media_count = message->attachment_count;
    for (uint32_t i = 0; i < message->attachment_count; i++) {
        line.media_ms += message->attachments[i]->duration_ms > 0 ? message->attachments[i]->duration_ms : 0;
    }
    return gct_engagement_write(arrival->route->tx, &line, err);
}

/* The customer can be written to, and is known to have written. Nobody asks a platform about a person who
 * never did. */
static enum gct_status note_customer(struct arrival *arrival, struct gct_error *err)
{
    struct route *route = arrival->route;
    struct thread *thread = arrival->thread;
    int64_t at_ms = arrival->head.at_ms;
    int back = thread->unreachable;
    if (thread->last_in_ms == 0) {
        gct_tx_effect(route->tx, (struct gct_effect){ .kind = GCT_EFFECT_PROFILE_WANTED,
                                                      .account = thread->account,
                                                      .contact = thread->contact });
    }
    if (back || at_ms > thread->last_in_ms) {
        thread->unreachable = 0;
        thread->last_in_ms = at_ms > thread->last_in_ms ? at_ms : thread->last_in_ms;
        thread_touch(route, thread);
    }
    if (!back) {
        return GCT_OK;
    }
    struct gct_engagement line =
        thread_event(thread, GCT_ENGAGEMENT_CONTACT_UNBLOCKED, GCT_BY_CUSTOMER, at_ms);
    return gct_engagement_write(route->tx, &line, err);
}

static enum gct_status customer_wrote(struct arrival *arrival, const struct gct_event_message *message,
                                      const struct draft *draft, struct gct_error *err)
{
    struct route *route = arrival->route;
    int standby = (arrival->event->flags & GCT_EVENT_STANDBY) != 0;
    int64_t id = 0;
    enum gct_status status = arrival_enter(arrival, message->context, 1, err);
    if (status != GCT_OK) {
        return status;
    }
    struct thread *thread = arrival->thread;
    thread_own(route, thread, standby ? GCT_THREAD_OTHERS : GCT_THREAD_OURS, arrival->head.at_ms);
    status = note_customer(arrival, err);
    if (status == GCT_OK) {
        status = insert_message(arrival, standby ? STEP_STANDBY : STEP_CUSTOMER, draft, &id, err);
    }
    if (status == GCT_OK) {
        status = thread_window(route, thread, &arrival->head, err);
    }
    if (status == GCT_OK) {
        status = log_message(arrival, step_message_kind(message), GCT_BY_CUSTOMER, message, err);
    }
    if (status == GCT_OK && thread->referrals) {
        status = referral_settle(route, thread, arrival->head.at_ms, err);
    }
    return status;
}

static enum gct_status others_wrote(struct arrival *arrival, const struct gct_event_message *message,
                                    const struct draft *draft, struct gct_error *err)
{
    int64_t id = 0;
    enum gct_status status = arrival_enter(arrival, NULL, 0, err);
    if (status != GCT_OK) {
        return status;
    }
    if ((arrival->event->flags & GCT_EVENT_STANDBY) != 0) {
        thread_own(arrival->route, arrival->thread, GCT_THREAD_OTHERS, arrival->head.at_ms);
    }
    int program = draft->author == GCT_AUTHOR_AUTOMATION;
    status = insert_message(arrival, program ? STEP_PROGRAM : STEP_ELSEWHERE, draft, &id, err);
    if (status == GCT_OK) {
        status = log_message(arrival, GCT_ENGAGEMENT_MESSAGE_SENT,
                             program ? GCT_BY_AUTOMATION : GCT_BY_EXTERNAL, message, err);
    }
    return status;
}

/* "mark" or "mark:n": the mark, and which request of the reply it was. */
static struct gct_slice read_mark(struct gct_slice metadata, uint32_t *part)
{
    int64_t number = 0;
    *part = 0;
    for (size_t i = metadata.len; i > 0; i--) {
        if (metadata.ptr[i - 1] == ':') {
            if (gct_slice_integer(gct_slice_from(metadata, i), 0, GCT_ENCODE_REQUESTS, &number) != GCT_OK) {
                break;
            }
            *part = (uint32_t)number;
            return gct_slice_head(metadata, i - 1);
        }
    }
    return metadata;
}

/* Is the event news about a message that is here already? */
static enum gct_status known_message(struct arrival *arrival, const struct gct_event_message *message,
                                     int *known, struct gct_error *err)
{
    struct route *route = arrival->route;
    struct gct_ingest_counts *counts = route->counts;
    struct found found = { 0 };
    struct found marked = { 0 };
    struct proof proof = { .remote_id = message->remote_id, .at_ms = arrival->head.at_ms, .dated = 1 };
    enum gct_status status = GCT_OK;
    if (message->remote_id.len > 0 && message->author == GCT_AUTHOR_CUSTOMER) {
        status = found_by_first(route, arrival->account->id, message->remote_id, &found, err);
    } else if (message->remote_id.len > 0) {
        status = found_by_remote(route, arrival->account->id, message->remote_id, &found, err);
    }
    int echo = message->author != GCT_AUTHOR_CUSTOMER;
    struct gct_slice mark = read_mark(message->metadata, &proof.part);
    if (status == GCT_OK && echo && mark.len > 0 && (found.id == 0 || found.ours)) {
        status = found_by_mark(route, arrival->account->id, mark, &marked, err);
        found = marked.id != 0 ? marked : found;
    }
    *known = found.id != 0;
    if (status != GCT_OK || found.id == 0) {
        return status;
    }
    if (!echo || !found.ours) {
        counts->repeats++;
        return GCT_OK;
    }
    counts->echoes++;
    return proof_take(route, &found, &proof, err);
}

enum gct_status ingest_message(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_message *message = (const struct gct_event_message *)(const void *)arrival->event;
    struct gct_ingest_counts *counts = arrival->route->counts;
    int known = 0;
    int fresh = 1;
    enum gct_status status = known_message(arrival, message, &known, err);
    if (status == GCT_OK && !known && message->remote_id.len == 0) {
        status = arrival_fresh(arrival, &fresh, err);
        counts->repeats += fresh ? 0u : 1u;
    }
    if (status != GCT_OK || known || !fresh) {
        return status;
    }
    int customer = message->author == GCT_AUTHOR_CUSTOMER;
    int program = message->author == GCT_AUTHOR_AUTOMATION;
    struct draft draft = { .direction = customer ? GCT_DIRECTION_IN : GCT_DIRECTION_OUT,
                           .author = customer  ? GCT_AUTHOR_CUSTOMER
                                     : program ? GCT_AUTHOR_AUTOMATION
                                               : GCT_AUTHOR_EXTERNAL,
                           .text = message->text,
                           .remote_id = message->remote_id,
                           .reply_to = message->reply_to,
                           .context = context_text(arrival->route, message->context),
                           .attachments = message->attachments,
                           .attachment_count = message->attachment_count };
    counts->messages += customer ? 1u : 0u;
    counts->echoes += customer ? 0u : 1u;
    return customer ? customer_wrote(arrival, message, &draft, err)
                    : others_wrote(arrival, message, &draft, err);
}

enum gct_status ingest_unknown(struct arrival *arrival, struct gct_error *err)
{
    const struct gct_event_unknown *unknown = (const struct gct_event_unknown *)(const void *)arrival->event;
    struct gct_attachment attachment = { .size = sizeof attachment,
                                         .kind = GCT_ATTACHMENT_UNSUPPORTED,
                                         .name = unknown->name,
                                         .raw = unknown->raw,
                                         .bytes = -1,
                                         .duration_ms = -1 };
    const struct gct_attachment *const attachments[] = { &attachment };
    struct gct_event_message message = { .head = arrival->head,
                                         .author = GCT_AUTHOR_CUSTOMER,
                                         .attachment_count = 1,
                                         .attachments = attachments };
    int fresh = 1;
    enum gct_status status = arrival_fresh(arrival, &fresh, err);
    if (status != GCT_OK || !fresh) {
        arrival->route->counts->repeats += status == GCT_OK;
        return status;
    }
    struct gct_json *json = gct_json_object();
    struct gct_buffer buffer = { .limit = 16u << 10 };
    gct_json_set_text(json, "kind", GCT_LIT("unsupported"));
    gct_json_set_text(json, "name", unknown->name);
    gct_json_write(json, &buffer);
    struct draft draft = { .direction = GCT_DIRECTION_IN,
                           .author = GCT_AUTHOR_CUSTOMER,
                           .context = gct_buffer_slice(&buffer),
                           .attachments = attachments,
                           .attachment_count = 1 };
    arrival->route->counts->messages++;
    status = customer_wrote(arrival, &message, &draft, err);
    gct_buffer_free(&buffer);
    gct_json_free(&json);
    return status;
}
