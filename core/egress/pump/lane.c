/* Which accounts have something to send, and taking it from the outbox: no more than pace and room allow. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"

#define BATCH_BYTES ((size_t)64u << 20)
#define REFUSED_MS GCT_SECOND_MS
/* Between empty claims: a row that is due and not given (its conversation is busy) must not make a loop. */
#define EMPTY_MS INT64_C(20)
#define EMPTY_DOUBLINGS 6u

struct lane *lane_of(struct gct_sender *sender, int64_t account)
{
    struct lane *lane = sender->lanes;
    while (lane != NULL && lane->account != account) {
        lane = lane->next;
    }
    if (lane == NULL) {
        const struct pace_rules rules = pace_rules_of(NULL);
        lane = gct_heap_new(sizeof *lane);
        lane->account = account;
        lane->due_ms = PACE_NEVER;
        lane->next = sender->lanes;
        sender->lanes = lane;
        pace_begin(&lane->pace, &rules, gct_clock_mono_ms());
        SENDER_COUNT(sender, accounts);
    }
    return lane;
}

void lane_due(struct lane *lane, int64_t at_ms)
{
    lane->due_ms = at_ms < lane->due_ms ? at_ms : lane->due_ms;
}

void lane_free_all(struct gct_sender *sender)
{
    while (sender->lanes != NULL) {
        struct lane *lane = sender->lanes;
        sender->lanes = lane->next;
        pace_end(&lane->pace);
        free(lane);
    }
}

/* ---- a claim ---- */

void batch_release(struct batch *batch)
{
    if (batch->users > 1u) {
        batch->users--;
        return;
    }
    batch->sender->batches--;
    gct_directory_free(&batch->directory);
    gct_arena_free(&batch->arena);
    free(batch);
}

static enum gct_status claim_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct batch *batch = GCT_STRUCT_OF(write, batch, write);
    gct_arena_reset(batch->arena);
    return gct_outbox_claim(tx, batch->directory, batch->lane->account, batch->limit, batch->arena,
                            &batch->out, &batch->count, err);
}

static void claim_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct batch *batch = GCT_STRUCT_OF(write, batch, write);
    batch->status = status;
    if (status != GCT_OK) {
        gct_log_error("egress.claim", err);
    }
    gct_mailbox_put(batch->sender->box, &batch->post);
}

/* The claim is back. What it gave is in hand now; whether there is more, its size says. A claim whose commit
 * failed may be on the disk after all: what it gave goes back, which does nothing where it was undone. */
static void claimed(struct gct_post *post)
{
    struct batch *batch = GCT_STRUCT_OF(post, batch, post);
    struct gct_sender *sender = batch->sender;
    struct lane *lane = batch->lane;
    int64_t now = gct_clock_mono_ms();
    lane->claiming = 0;
    if (batch->status != GCT_OK) {
        sender_trouble(sender, TROUBLE_STORE, "the store does not take writes");
        lane_due(lane, now + REFUSED_MS);
    } else if (batch->count == batch->limit) {
        lane_due(lane, now);
    } else {
        accounts_want(sender, now + (batch->count != 0 ? 0 : EMPTY_MS << lane->empty));
    }
    if (batch->status == GCT_OK) {
        sender_fine(sender, TROUBLE_STORE);
        lane->empty = batch->count != 0                ? 0
                      : lane->empty == EMPTY_DOUBLINGS ? EMPTY_DOUBLINGS
                                                       : lane->empty + 1u;
    }
    for (size_t i = 0; i < batch->count; i++) {
        batch->users++;
        reply_new(batch, &batch->out[i]);
    }
    batch_release(batch);
}

static void claim(struct gct_sender *sender, struct lane *lane, struct gct_directory *directory, size_t limit,
                  int64_t now_ms)
{
    struct batch *batch = gct_heap_new(sizeof *batch);
    batch->write.run = claim_run;
    batch->write.done = claim_done;
    batch->post.run = claimed;
    batch->sender = sender;
    batch->lane = lane;
    batch->epoch = lane->epoch;
    batch->directory = gct_directory_share(directory);
    batch->arena = gct_arena_new(BATCH_BYTES);
    batch->limit = limit;
    batch->users = 1;
    sender->batches++;
    lane->due_ms = PACE_NEVER;
    lane->claiming = 1;
    if (gct_store_write(sender->options.store, &batch->write) != GCT_OK) {
        sender_trouble(sender, TROUBLE_STORE, "the store does not take writes");
        lane->claiming = 0;
        lane_due(lane, now_ms + REFUSED_MS);
        batch_release(batch);
    }
}

/* ---- when ---- */

/* How many replies may be claimed; with 0, *again_ms is when that may have changed by time alone. */
static size_t room_of(const struct gct_sender *sender, const struct lane *lane, int64_t now_ms,
                      int64_t *again_ms)
{
    const struct gct_sender_limits *limits = &sender->options.limits;
    *again_ms = PACE_NEVER;
    if (lane->replies >= limits->replies_per_account || sender->reply_count >= limits->replies ||
        lane->unwritten != 0) {
        return 0; /* a reply that ends, or is written, makes the lane due */
    }
    size_t room = limits->replies_per_account - lane->replies;
    size_t all = limits->replies - sender->reply_count;
    size_t pace = pace_room(&lane->pace, now_ms);
    if (pace <= lane->uncalled) {
        *again_ms = pace_next_ms(&lane->pace, 0, 0, now_ms);
        *again_ms = *again_ms > now_ms ? *again_ms : PACE_NEVER;
        return 0;
    }
    pace -= lane->uncalled;
    room = room < all ? room : all;
    return room < pace ? room : pace;
}

/* The first lane goes last, so that none waits for ever behind others. */
static void rotate(struct gct_sender *sender)
{
    struct lane *first = sender->lanes;
    struct lane *last = first;
    if (first == NULL || first->next == NULL) {
        return;
    }
    while (last->next != NULL) {
        last = last->next;
    }
    sender->lanes = first->next;
    first->next = NULL;
    last->next = first;
}

int64_t lane_pump(struct gct_sender *sender, int64_t now_ms)
{
    int64_t next_ms = PACE_NEVER;
    int claimed_any = 0;
    struct gct_directory *directory = gct_directory_get(sender->options.directory);
    for (struct lane *lane = sender->lanes; lane != NULL && directory != NULL; lane = lane->next) {
        int64_t again_ms = lane->due_ms;
        if (!lane->claiming && lane->due_ms <= now_ms) {
            const struct gct_directory_account *account = gct_directory_account(directory, lane->account);
            size_t room = 0;
            if (account == NULL) {
                lane->due_ms = PACE_NEVER; /* not configured any more: its queue waits */
                continue;
            }
            const struct pace_rules rules = pace_rules_of(account->channel->rules);
            pace_set_rules(&lane->pace, &rules, now_ms);
            room = room_of(sender, lane, now_ms, &again_ms);
            if (room != 0) {
                claim(sender, lane, directory, room, now_ms);
                claimed_any = 1;
                again_ms = lane->due_ms;
            }
        }
        next_ms = again_ms < next_ms ? again_ms : next_ms;
    }
    gct_directory_free(&directory);
    if (claimed_any) {
        rotate(sender);
    }
    return next_ms;
}
