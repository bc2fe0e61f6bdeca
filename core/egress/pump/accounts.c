/* The list of accounts with something to send, read from the store now and then: after a claim that gave less
 * than it could, when news were lost, and every half a minute in any case. */
#include "base/clock.h"
#include "base/log.h"
#include "egress/inside.h"

#define LIST_BYTES ((size_t)16u << 20)
#define LIST_MS (30 * GCT_SECOND_MS)
#define REFUSED_MS GCT_SECOND_MS

void accounts_want(struct gct_sender *sender, int64_t at_ms)
{
    struct accounts_read *list = &sender->accounts;
    list->due_ms = at_ms < list->due_ms ? at_ms : list->due_ms;
}

static enum gct_status list_run(struct gct_read *read, struct gct_db *db, struct gct_error *err)
{
    struct accounts_read *list = GCT_STRUCT_OF(read, accounts_read, read);
    return gct_outbox_accounts(db, list->arena, &list->accounts, &list->count, err);
}

static void list_done(struct gct_read *read, enum gct_status status, const struct gct_error *err)
{
    struct accounts_read *list = GCT_STRUCT_OF(read, accounts_read, read);
    list->status = status;
    if (status != GCT_OK) {
        gct_log_error("egress.accounts", err);
    }
    gct_mailbox_put(list->sender->box, &list->post);
}

/* The list only ever says that something is due: that nothing is, only an empty claim knows for certain. */
static void listed(struct gct_post *post)
{
    struct accounts_read *list = GCT_STRUCT_OF(post, accounts_read, post);
    int64_t now = gct_clock_mono_ms();
    int64_t wall = gct_clock_wall_ms();
    list->busy = 0;
    for (size_t i = 0; list->status == GCT_OK && i < list->count; i++) {
        int64_t wait_ms = list->accounts[i].next_ms - wall;
        lane_due(lane_of(list->sender, list->accounts[i].account), wait_ms > 0 ? now + wait_ms : now);
    }
    if (list->status != GCT_OK) {
        accounts_want(list->sender, now + REFUSED_MS);
    }
    gct_arena_free(&list->arena);
}

int64_t accounts_pump(struct gct_sender *sender, int64_t now_ms)
{
    struct accounts_read *list = &sender->accounts;
    if (list->busy) {
        return PACE_NEVER;
    }
    if (list->due_ms > now_ms) {
        return list->due_ms;
    }
    list->read.run = list_run;
    list->read.done = list_done;
    list->post.run = listed;
    list->sender = sender;
    list->arena = gct_arena_new(LIST_BYTES);
    list->count = 0;
    list->busy = 1;
    list->due_ms = now_ms + LIST_MS;
    if (gct_store_read(sender->options.store, &list->read) != GCT_OK) {
        gct_arena_free(&list->arena);
        list->busy = 0;
        list->due_ms = now_ms + REFUSED_MS;
    }
    return list->busy ? PACE_NEVER : list->due_ms;
}
