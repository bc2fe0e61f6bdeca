#include "base/slice.h"
#include "router/delivery.h"
#include "router/delivery/fate.h"
#include "router/delivery/proof.h"

#define ATTACHMENTS_MOST 16u

enum gct_status gct_outbox_accounts(struct gct_db *db, struct gct_arena *arena,
                                    struct gct_outbox_account **accounts, size_t *count,
                                    struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    size_t room = 16;
    *count = 0;
    *accounts = GCT_ARENA_ARRAY(arena, struct gct_outbox_account, room);
    enum gct_status status = gct_db_query(db, GCT_SQL_outbox_accounts, GCT_NO_VALUES, &rows, err);
    while (status == GCT_OK) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK && *count == room) {
            struct gct_outbox_account *grown = GCT_ARENA_ARRAY(arena, struct gct_outbox_account, room * 2u);
            for (size_t i = 0; grown != NULL && i < room; i++) {
                grown[i] = (*accounts)[i];
            }
            *accounts = grown;
            room *= 2u;
        }
        if (*accounts == NULL) {
            status = gct_error_set(err, GCT_LIMIT, "no memory left for the list of accounts");
        }
        if (status == GCT_OK) {
            (*accounts)[(*count)++] = (struct gct_outbox_account){ .account = gct_rows_integer(rows, 0),
                                                                   .next_ms = gct_rows_integer(rows, 1),
                                                                   .waiting = gct_rows_integer(rows, 2) };
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

static enum gct_status read_due(struct route *route, const struct gct_directory_account *account,
                                size_t limit, struct gct_arena *arena, struct gct_outgoing *out,
                                size_t *count, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status status = gct_db_query(
        route->db, GCT_SQL_outbox_due,
        GCT_BIND(GCT_V_INT(account->id), GCT_V_INT(route->now_ms), GCT_V_INT(limit)), &rows, err);
    while (status == GCT_OK && *count < limit) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            out[(*count)++] = (struct gct_outgoing){
                .id = gct_rows_integer(rows, 0),
                .message_id = gct_rows_integer(rows, 1),
                .conversation = gct_rows_integer(rows, 2),
                .part = (uint32_t)gct_rows_integer(rows, 3),
                .attempts = (uint32_t)gct_rows_integer(rows, 4) + 1u,
                .created_ms = gct_rows_integer(rows, 5),
                .ticket = gct_rows_integer(rows, 6),
                .account = account,
                .message = { .size = sizeof(struct gct_message),
                             .act = GCT_ACT_REPLY,
                             .author = (uint32_t)gct_rows_integer(rows, 10),
                             .account = account->remote_id,
                             .customer = gct_arena_copy(arena, gct_rows_bytes(rows, 11)),
                             .mark = gct_arena_copy(arena, gct_rows_bytes(rows, 9)),
                             .text = gct_arena_copy(arena, gct_rows_bytes(rows, 7)),
                             .reply_to = gct_arena_copy(arena, gct_rows_bytes(rows, 8)) },
            };
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

static enum gct_status read_attachments(struct route *route, struct gct_arena *arena,
                                        struct gct_outgoing *out, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    struct gct_attachment *all = GCT_ARENA_ARRAY(arena, struct gct_attachment, ATTACHMENTS_MOST);
    const struct gct_attachment **list =
        GCT_ARENA_ARRAY(arena, const struct gct_attachment *, ATTACHMENTS_MOST);
    if (all == NULL || list == NULL) {
        return gct_error_set(err, GCT_LIMIT, "no memory left for attachments");
    }
    uint32_t count = 0;
    enum gct_status status = gct_db_query(route->db, GCT_SQL_outgoing_attachments,
                                          GCT_BIND(GCT_V_INT(out->message_id)), &rows, err);
    while (status == GCT_OK && count < ATTACHMENTS_MOST) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            all[count] = (struct gct_attachment){ .size = sizeof *all,
                                                  .kind = (uint32_t)gct_rows_integer(rows, 0),
                                                  .url = gct_arena_copy(arena, gct_rows_bytes(rows, 1)),
                                                  .mime = gct_arena_copy(arena, gct_rows_bytes(rows, 2)),
                                                  .name = gct_arena_copy(arena, gct_rows_bytes(rows, 3)),
                                                  .bytes = -1,
                                                  .duration_ms = -1 };
            list[count] = &all[count];
            count++;
        }
    }
    gct_rows_close(&rows);
    out->message.attachments = list;
    out->message.attachment_count = count;
    return status == GCT_DONE ? GCT_OK : status;
}

/* On the disk before anything of it is sent. A window that closed meanwhile fails the reply instead: *kept 0.
 */
static enum gct_status claim(struct route *route, struct gct_arena *arena, struct gct_outgoing *out,
                             int *kept, struct gct_error *err)
{
    struct thread *thread = NULL;
    *kept = 0;
    enum gct_status status = thread_of_conversation(route, out->conversation, &thread, err);
    if (status != GCT_OK) {
        return status;
    }
    struct gct_window_rules rules = thread_rules(route, thread);
    struct gct_window window = gct_window_state(&thread->window, &rules, route->now_ms);
    out->message.window = window.state;
    enum gct_problem problem = gct_window_refusal(&window, out->message.author);
    if (problem != GCT_PROBLEM_NONE) {
        return fate_fail(route, thread, out->message_id, problem, GCT_EMPTY, err);
    }
    *kept = 1;
    status = gct_db_run(route->db, GCT_SQL_outbox_claim,
                        GCT_BIND(GCT_V_INT(out->id), GCT_V_INT(route->now_ms)), err);
    if (status == GCT_OK) {
        status = gct_db_run(route->db, GCT_SQL_message_set_delivery,
                            GCT_BIND(GCT_V_INT(out->message_id), GCT_V_INT(GCT_DELIVERY_SENDING)), err);
    }
    thread_message_effect(route, thread, GCT_EFFECT_MESSAGE_UPDATED, out->ticket, out->message_id);
    return status == GCT_OK ? read_attachments(route, arena, out, err) : status;
}

enum gct_status gct_outbox_claim(struct gct_tx *tx, const struct gct_directory *directory, int64_t account,
                                 size_t limit, struct gct_arena *arena, struct gct_outgoing **out,
                                 size_t *count, struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    size_t due = 0;
    *count = 0;
    const struct gct_directory_account *known = gct_directory_account(directory, account);
    *out = GCT_ARENA_ARRAY(arena, struct gct_outgoing, limit);
    if (known == NULL) {
        return GCT_OK; /* not configured any more: its queue waits until it is again */
    }
    if (*out == NULL) {
        return gct_error_set(err, GCT_LIMIT, "no memory left for %zu replies", limit);
    }
    route_begin(&route, tx, directory, &counts);
    enum gct_status status = read_due(&route, known, limit, arena, *out, &due, err);
    for (size_t i = 0; status == GCT_OK && i < due; i++) {
        int kept = 0;
        status = claim(&route, arena, &(*out)[i], &kept, err);
        if (status == GCT_OK && kept) {
            (*out)[(*count)++] = (*out)[i];
        }
    }
    return status == GCT_OK ? route_end(&route, err) : status;
}
