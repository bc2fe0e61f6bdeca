#include "router/delivery/fate.h"

#include "base/slice.h"
#include "model/length.h"
#include "router/delivery.h"
#include "router/delivery/proof.h"

/* Which part was on its way is not known: the one that is next, then. */
#define PART_UNKNOWN UINT32_MAX

struct row {
    int64_t id;
    int64_t message; /* 0: the row is gone */
    uint32_t part;
    enum gct_outbox_state state;
    int64_t account;
    int64_t claimed_ms;
    struct thread *thread;
};

static enum gct_status read_row(struct route *route, int64_t id, struct row *row, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    int64_t conversation = 0;
    *row = (struct row){ .id = id };
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_outbox_message, GCT_BIND(GCT_V_INT(id)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        row->message = gct_rows_integer(rows, 0);
        row->part = (uint32_t)gct_rows_integer(rows, 1);
        row->state = (enum gct_outbox_state)gct_rows_integer(rows, 3);
        row->account = gct_rows_integer(rows, 4);
        conversation = gct_rows_integer(rows, 5);
        row->claimed_ms = gct_rows_integer(rows, 6);
    }
    gct_rows_close(&rows);
    if (status != GCT_OK) {
        return status == GCT_DONE ? GCT_OK : status;
    }
    return thread_of_conversation(route, conversation, &row->thread, err);
}

enum gct_status fate_fail(struct route *route, struct thread *thread, int64_t message,
                          enum gct_problem problem, struct gct_slice words, struct gct_error *err)
{
    struct found found = { 0 };
    const char *slug = gct_problem_info(problem)->slug;
    enum gct_status status = found_by_id(route, message, &found, err);
    if (status == GCT_OK) {
        status = gct_db_run(
            route->db, GCT_SQL_outbox_fail,
            GCT_BIND(GCT_V_INT(message), GCT_V_TEXT(gct_slice_of(slug)), gct_value_text(words)), err);
    }
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_message_fail, GCT_BIND(GCT_V_INT(message)), err);
    }
    if (status == GCT_OK) {
        struct gct_engagement line =
            thread_event(thread, GCT_ENGAGEMENT_MESSAGE_FAILED, GCT_BY_PLATFORM, route->now_ms);
        line.ticket = found.ticket;
        line.reason = gct_slice_of(slug);
        status = gct_engagement_write(route->tx, &line, err);
    }
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, found.ticket, message);
    /* The next reply of the conversation no longer waits for this one. */
    gct_tx_effect(route->tx,
                  (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = thread->account });
    return status;
}

enum gct_status gct_delivery_parts(struct gct_tx *tx, int64_t id, uint32_t parts, struct gct_error *err)
{
    return gct_db_run(gct_tx_db(tx), GCT_SQL_outbox_parts, GCT_BIND(GCT_V_INT(id), GCT_V_INT(parts)), err);
}

enum gct_status gct_delivery_sent(struct gct_tx *tx, int64_t id, uint32_t part, uint32_t parts,
                                  struct gct_slice remote_id, int *settled, struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    struct row row;
    struct found found = { 0 };
    int64_t left = 0;
    route_begin(&route, tx, NULL, &counts);
    enum gct_status status = read_row(&route, id, &row, err);
    if (status == GCT_OK && row.message != 0) {
        status = found_by_id(&route, row.message, &found, err);
    }
    if (status == GCT_OK && found.id != 0) {
        /* Without its echo, the platform's time is not known. The request's beginning is not later than it,
         * so that a receipt up to that time covers the message. */
        int64_t at_ms = row.claimed_ms == 0 ? route.now_ms : row.claimed_ms;
        struct proof proof = { .part = part, .parts = parts, .remote_id = remote_id, .at_ms = at_ms };
        status = proof_take(&route, &found, &proof, err);
    }
    if (status == GCT_OK) {
        status = gct_db_integer(route.db, GCT_SQL_outbox_message, GCT_BIND(GCT_V_INT(id)), 0, &left, err);
    }
    if (settled != NULL) {
        *settled = left == 0;
    }
    return status == GCT_OK ? route_end(&route, err) : status;
}

/* Back to queued; forgive 1: the attempt does not count. */
static enum gct_status queue_row(struct route *route, const struct row *row, int64_t at_ms, int forgive,
                                 struct gct_error *err)
{
    enum gct_status status =
        gct_db_run(route->db, GCT_SQL_outbox_queue,
                   GCT_BIND(GCT_V_INT(row->id), GCT_V_INT(at_ms), GCT_V_INT(forgive)), err);
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_message_set_delivery,
                            GCT_BIND(GCT_V_INT(row->message), GCT_V_INT(GCT_DELIVERY_QUEUED)), err);
    }
    thread_message_effect(route, row->thread, GCT_EFFECT_MESSAGE_UPDATED, row->thread->ticket.id,
                          row->message);
    gct_tx_effect(route->tx, (struct gct_effect){ .kind = GCT_EFFECT_OUTBOX_DUE, .account = row->account });
    return status;
}

static enum gct_status queue_again(struct gct_tx *tx, int64_t id, int64_t at_ms, int forgive,
                                   struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    struct row row;
    route_begin(&route, tx, NULL, &counts);
    enum gct_status status = read_row(&route, id, &row, err);
    if (status == GCT_OK && row.message != 0 && row.state == GCT_OUTBOX_SENDING) {
        status = queue_row(&route, &row, at_ms, forgive, err);
    }
    return status == GCT_OK ? route_end(&route, err) : status;
}

enum gct_status gct_delivery_retry(struct gct_tx *tx, int64_t id, int64_t at_ms, struct gct_error *err)
{
    return queue_again(tx, id, at_ms, 0, err);
}

enum gct_status gct_delivery_put_back(struct gct_tx *tx, int64_t id, int64_t at_ms, struct gct_error *err)
{
    return queue_again(tx, id, at_ms, 1, err);
}

/* The platform does not deliver to this person: blocked, deactivated, gone. It does not say which. */
static enum gct_status note_blocked(struct route *route, struct thread *thread, struct gct_error *err)
{
    if (thread->unreachable) {
        return GCT_OK;
    }
    struct gct_engagement line =
        thread_event(thread, GCT_ENGAGEMENT_CONTACT_BLOCKED, GCT_BY_CUSTOMER, route->now_ms);
    thread->unreachable = 1;
    thread_touch(route, thread);
    return gct_engagement_write(route->tx, &line, err);
}

/* What a refusal says about the thread, beside its message. */
static enum gct_status note_refusal(struct route *route, const struct row *row, enum gct_problem problem,
                                    struct gct_error *err)
{
    switch (problem) {
    case GCT_PROBLEM_CUSTOMER_BLOCKED: return note_blocked(route, row->thread, err);
    case GCT_PROBLEM_THREAD_OWNED:
        thread_own(route, row->thread, GCT_THREAD_OTHERS, route->now_ms);
        return GCT_OK;
    case GCT_PROBLEM_WINDOW_CLOSED: return thread_window_refused(route, row->thread, row->claimed_ms, err);
    default: return GCT_OK;
    }
}

enum gct_status gct_delivery_failed(struct gct_tx *tx, int64_t id, enum gct_problem problem,
                                    struct gct_slice code, struct gct_slice sentence, struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    struct row row;
    route_begin(&route, tx, NULL, &counts);
    enum gct_status status = read_row(&route, id, &row, err);
    if (status != GCT_OK || row.message == 0 || row.state != GCT_OUTBOX_SENDING) {
        return status;
    }
    struct gct_slice words = sentence;
    if (code.len > 0) {
        words = gct_arena_format(gct_tx_arena(tx), sentence.len > 0 ? "%.*s (%.*s)" : "%.*s%.*s",
                                 GCT_ARG(sentence), GCT_ARG(code));
    }
    status = note_refusal(&route, &row, problem, err);
    if (status == GCT_OK) {
        status = fate_fail(&route, row.thread, row.message, problem, words, err);
    }
    return status == GCT_OK ? route_end(&route, err) : status;
}

static enum gct_status in_doubt(struct route *route, const struct row *row, struct gct_error *err)
{
    const struct gct_directory_account *account = gct_directory_account(route->directory, row->account);
    int echoes = account != NULL && gct_rules_value(account->channel->rules, GCT_RULE_ECHOES, 0) != 0;
    if (!echoes) {
        return fate_fail(route, row->thread, row->message, GCT_PROBLEM_UNCONFIRMED, GCT_EMPTY, err);
    }
    return gct_db_run(route->db, GCT_SQL_outbox_wait,
                      GCT_BIND(GCT_V_INT(row->id), GCT_V_INT(route->now_ms + GCT_ECHO_GRACE_MS)), err);
}

enum gct_status gct_delivery_unclear(struct gct_tx *tx, const struct gct_directory *directory, int64_t id,
                                     uint32_t part, struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    struct row row;
    route_begin(&route, tx, directory, &counts);
    enum gct_status status = read_row(&route, id, &row, err);
    if (status == GCT_OK && row.message != 0 && row.state == GCT_OUTBOX_SENDING) {
        /* An echo may have proved the part while its answer was waited for: the next one follows. */
        status =
            row.part > part ? queue_row(&route, &row, route.now_ms, 1, err) : in_doubt(&route, &row, err);
    }
    return status == GCT_OK ? route_end(&route, err) : status;
}

enum gct_status gct_delivery_recover(struct gct_tx *tx, const struct gct_directory *directory, size_t *count,
                                     struct gct_error *err)
{
    *count = 0;
    for (;;) {
        int64_t id = 0;
        enum gct_status status =
            gct_db_integer(gct_tx_db(tx), GCT_SQL_outbox_on_its_way, GCT_NO_VALUES, 0, &id, err);
        if (status != GCT_OK || id == 0) {
            return status;
        }
        status = gct_delivery_unclear(tx, directory, id, PART_UNKNOWN, err);
        if (status != GCT_OK) {
            return status;
        }
        (*count)++;
    }
}

enum gct_status fate_grace_over(struct route *route, int64_t id, struct gct_error *err)
{
    struct row row;
    enum gct_status status = read_row(route, id, &row, err);
    if (status != GCT_OK || row.message == 0 || row.state != GCT_OUTBOX_WAITING) {
        return status;
    }
    return fate_fail(route, row.thread, row.message, GCT_PROBLEM_UNCONFIRMED, GCT_EMPTY, err);
}
