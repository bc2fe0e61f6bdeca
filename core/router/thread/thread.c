#include "router/thread/thread.h"

#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"
#include "router/thread/cache.h"

/* The columns of thread_find. */
static void read_thread(struct thread *thread, struct gct_rows *rows)
{
    int c = 0;
    thread->conversation = gct_rows_integer(rows, c++);
    thread->contact = gct_rows_integer(rows, c++);
    thread->person = gct_rows_integer(rows, c++);
    thread->window.opened_ms = gct_rows_integer(rows, c++);
    thread->window.closes_ms = gct_rows_integer(rows, c++);
    thread->window.human_until_ms = gct_rows_integer(rows, c++);
    thread->window_opened_by = thread_opener(gct_rows_bytes(rows, c++));
    thread->window_expired_ms = gct_rows_integer(rows, c++);
    thread->window_change_ms = gct_rows_integer(rows, c++);
    thread->owner = (enum gct_thread_owner)gct_rows_integer(rows, c++);
    thread->owner_ms = gct_rows_integer(rows, c++);
    thread->unreachable = gct_rows_integer(rows, c++) != 0;
    thread->referrals = gct_rows_integer(rows, c++) != 0;
    thread->loose = gct_rows_integer(rows, c++) != 0;
    thread->delivered_ms = gct_rows_integer(rows, c++);
    thread->read_ms = gct_rows_integer(rows, c++);
    thread->last_in_ms = gct_rows_integer(rows, c++);
    struct step_ticket *ticket = &thread->ticket;
    ticket->id = gct_rows_integer(rows, c++);
    ticket->status = (enum gct_ticket_status)gct_rows_integer(rows, c++);
    ticket->status_set = (int)gct_rows_integer(rows, c++);
    ticket->unanswered = (int)gct_rows_integer(rows, c++);
    thread->counted = ticket->unanswered != 0;
    ticket->customer_ms = gct_rows_integer(rows, c++);
    ticket->answered_ms = gct_rows_integer(rows, c++);
    ticket->messages_in = gct_rows_integer(rows, c++);
    ticket->last_message_id = gct_rows_integer(rows, c++);
    ticket->last_message_ms = gct_rows_integer(rows, c++);
    ticket->deadline_ms = gct_rows_integer(rows, c++);
    ticket->first_response_ms = gct_rows_integer(rows, c++);
    ticket->solved_ms = gct_rows_integer(rows, c++);
    ticket->closed_ms = gct_rows_integer(rows, c++);
    ticket->snoozed_until_ms = gct_rows_integer(rows, c++);
}

/* GCT_DONE: there is no such thread. */
static enum gct_status load(struct route *route, int64_t account, struct gct_slice customer,
                            struct thread **out, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    struct cached_account *known = NULL;
    *out = cache_find(route->cache, account, customer);
    if (*out != NULL) {
        return GCT_OK;
    }
    enum gct_status status = cache_account(route, account, &known, err);
    if (status == GCT_OK) {
        status = gct_db_query(route->db, GCT_SQL_thread_find,
                              GCT_BIND(GCT_V_INT(account), GCT_V_TEXT(customer)), &rows, err);
    }
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        *out = cache_add(route->cache, account, customer);
        (*out)->source = known->source;
        read_thread(*out, rows);
    }
    gct_rows_close(&rows);
    return status;
}

static enum gct_status insert(struct route *route, int64_t account, struct gct_slice customer,
                              struct thread **out, struct gct_error *err)
{
    char key[GCT_KEY_TEXT];
    struct gct_value now = GCT_V_INT(route->now_ms);
    struct cached_account *known = NULL;
    int64_t person = 0;
    gct_random_key(key);
    enum gct_status status = cache_account(route, account, &known, err);
    if (status == GCT_OK) {
        status = gct_engagement_customer(route->tx, gct_slice_of(key), &person, err);
    }
    if (status == GCT_OK) {
        status =
            gct_db_run(route->db, GCT_SQL_contact_insert, GCT_BIND(GCT_V_TEXT(gct_slice_of(key)), now), err);
    }
    if (status != GCT_OK) {
        return status;
    }
    int64_t contact = gct_db_last_id(route->db);
    status = gct_db_run(route->db, GCT_SQL_identity_insert,
                        GCT_BIND(GCT_V_INT(account), GCT_V_TEXT(customer), GCT_V_INT(contact), now), err);
    if (status != GCT_OK) {
        return status;
    }
    int64_t identity = gct_db_last_id(route->db); /* and the conversation's number */
    status = gct_db_run(
        route->db, GCT_SQL_conversation_insert,
        GCT_BIND(GCT_V_INT(identity), GCT_V_INT(account), GCT_V_INT(contact), GCT_V_INT(person), now), err);
    if (status == GCT_OK) {
        *out = cache_add(route->cache, account, customer);
        (*out)->conversation = identity;
        (*out)->contact = contact;
        (*out)->source = known->source;
        (*out)->person = person;
    }
    return status;
}

enum gct_status thread_get(struct route *route, const struct gct_directory_account *account,
                           struct gct_slice customer, struct thread **out, int *created,
                           struct gct_error *err)
{
    *created = 0;
    enum gct_status status = load(route, account->id, customer, out, err);
    if (status == GCT_DONE) {
        *created = 1;
        status = insert(route, account->id, customer, out, err);
    }
    return status;
}

enum gct_status thread_of_conversation(struct route *route, int64_t conversation, struct thread **out,
                                       struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    int64_t account = 0;
    struct gct_slice customer = GCT_EMPTY;
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_thread_key, GCT_BIND(GCT_V_INT(conversation)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        account = gct_rows_integer(rows, 0);
        customer = gct_arena_copy(gct_tx_arena(route->tx), gct_rows_bytes(rows, 1));
    }
    gct_rows_close(&rows);
    if (status == GCT_OK) {
        status = load(route, account, customer, out, err);
    }
    if (status == GCT_DONE) {
        status = gct_error_set(err, GCT_NOT_FOUND, "there is no conversation %lld", (long long)conversation);
    }
    return status;
}

static void touch(struct route *route, struct thread *thread)
{
    if (!thread->in_dirty) {
        thread->in_dirty = 1;
        thread->next_dirty = route->cache->dirty;
        route->cache->dirty = thread;
    }
}

void thread_touch(struct route *route, struct thread *thread)
{
    thread->conversation_changed = 1;
    touch(route, thread);
}

void thread_touch_ticket(struct route *route, struct thread *thread)
{
    thread->ticket_changed = 1;
    touch(route, thread);
}

void thread_touch_status(struct route *route, struct thread *thread)
{
    thread->status_changed = 1;
    thread_touch_ticket(route, thread);
}

struct gct_window_rules thread_rules(const struct route *route, const struct thread *thread)
{
    const struct gct_directory_account *account =
        route->directory == NULL ? NULL : gct_directory_account(route->directory, thread->account);
    return account == NULL ? (struct gct_window_rules){ 0, 0 } : account->channel->window;
}

/* When the clock must come by; 0: never. An end that is not in the log yet is due at once, also when it was
 * reached before the events came. A look that is stored for an earlier time stays: it looks again, and a
 * message that prolongs the window need not move its place in the index. */
static int64_t window_change(const struct thread *thread, int64_t now_ms)
{
    const struct gct_window_facts *window = &thread->window;
    int64_t change = window->closes_ms > thread->window_expired_ms ? window->closes_ms
                     : window->human_until_ms > now_ms             ? window->human_until_ms
                                                                   : 0;
    int64_t stored = thread->window_change_ms;
    return stored > now_ms && stored < change ? stored : change;
}

static int64_t deadline(const struct thread *thread, int64_t now_ms)
{
    if (thread->window.closes_ms > now_ms) {
        return thread->window.closes_ms;
    }
    return thread->window.human_until_ms > now_ms ? thread->window.human_until_ms : GCT_FAR_FUTURE_MS;
}

/* A column that has an index is written only when it changes: its place in the index costs more than the row.
 */
static enum gct_status save_conversation(struct route *route, struct thread *thread, struct gct_error *err)
{
    int64_t change = window_change(thread, route->now_ms);
    enum gct_status status = gct_db_run(
        route->db, GCT_SQL_conversation_update,
        GCT_BIND(GCT_V_INT(thread->conversation), gct_value_id(thread->window.opened_ms),
                 gct_value_id(thread->window.closes_ms),
                 gct_value_text(gct_slice_of(thread->window_opened_by)),
                 gct_value_id(thread->window.human_until_ms), GCT_V_INT(thread->window_expired_ms),
                 GCT_V_INT(thread->owner), GCT_V_INT(thread->owner_ms), GCT_V_INT(thread->unreachable),
                 GCT_V_INT(thread->referrals), GCT_V_INT(thread->loose), GCT_V_INT(thread->delivered_ms),
                 GCT_V_INT(thread->read_ms), GCT_V_INT(thread->last_in_ms)),
        err);
    if (status == GCT_OK && change != thread->window_change_ms) {
        status = gct_db_run(route->db, GCT_SQL_conversation_due,
                            GCT_BIND(GCT_V_INT(thread->conversation), gct_value_id(change)), err);
        thread->window_change_ms = change;
    }
    return status;
}

static enum gct_status save_ticket(struct route *route, struct thread *thread, struct gct_error *err)
{
    struct step_ticket *ticket = &thread->ticket;
    ticket->deadline_ms = deadline(thread, route->now_ms);
    enum gct_status status = gct_db_run(
        route->db, GCT_SQL_ticket_touch,
        GCT_BIND(GCT_V_INT(ticket->id), GCT_V_INT(ticket->customer_ms), GCT_V_INT(ticket->answered_ms),
                 GCT_V_INT(ticket->messages_in), gct_value_id(ticket->last_message_id),
                 GCT_V_INT(ticket->last_message_ms), GCT_V_INT(ticket->deadline_ms),
                 gct_value_id(ticket->first_response_ms), GCT_V_INT(route->now_ms)),
        err);
    if (status == GCT_OK && thread->counted != (unsigned)ticket->unanswered) {
        status = gct_db_run(route->db, GCT_SQL_ticket_waits,
                            GCT_BIND(GCT_V_INT(ticket->id), GCT_V_INT(ticket->unanswered)), err);
        thread->counted = ticket->unanswered != 0;
    }
    if (status == GCT_OK && thread->status_changed) {
        status = gct_db_run(route->db, GCT_SQL_ticket_turn,
                            GCT_BIND(GCT_V_INT(ticket->id), GCT_V_INT(ticket->status),
                                     GCT_V_INT(ticket->status_set), gct_value_id(ticket->solved_ms),
                                     gct_value_id(ticket->closed_ms), gct_value_id(ticket->snoozed_until_ms)),
                            err);
    }
    gct_tx_effect(route->tx, (struct gct_effect){ .kind = GCT_EFFECT_TICKET_UPDATED,
                                                  .account = thread->account,
                                                  .ticket = ticket->id,
                                                  .contact = thread->contact });
    return status;
}

enum gct_status thread_save(struct route *route, struct thread *thread, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    if (thread->conversation_changed) {
        status = save_conversation(route, thread, err);
    }
    /* The ticket's deadline is the window's. */
    int moved = thread->conversation_changed && thread->ticket.deadline_ms != deadline(thread, route->now_ms);
    if (status == GCT_OK && thread->ticket.id != 0 && (thread->ticket_changed || moved)) {
        status = save_ticket(route, thread, err);
    }
    thread->conversation_changed = 0;
    thread->ticket_changed = 0;
    thread->status_changed = 0;
    if (thread->ticket.id != 0 && thread->ticket.status == GCT_TICKET_CLOSED) {
        thread->ticket = (struct step_ticket){ 0 };
        thread->counted = 0;
    }
    return status;
}

enum gct_status route_end(struct route *route, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    while (status == GCT_OK && route->cache->dirty != NULL) {
        struct thread *thread = route->cache->dirty;
        route->cache->dirty = thread->next_dirty;
        thread->in_dirty = 0;
        status = thread_save(route, thread, err);
    }
    return status;
}
