/* Before anything is sent: rows that an earlier process had on their way are treated as unclear. And at the
 * start and after each reload: accounts whose platform refused us are tried again, since an admin may have
 * mended them; one call tells. */
#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"

#define AGAIN_MS GCT_SECOND_MS

static enum gct_status revive(struct gct_tx *tx, int64_t account, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    int64_t halted = 0;
    enum gct_status st =
        gct_db_integer(db, GCT_SQL_account_halted, GCT_BIND(GCT_V_INT(account)), 0, &halted, err);
    if (st == GCT_OK && halted) {
        st = gct_account_set_state(tx, account, GCT_ACCOUNT_OK, GCT_EMPTY, GCT_EMPTY, err);
    }
    return st == GCT_OK
               ? gct_db_run(db, GCT_SQL_account_trouble, GCT_BIND(GCT_V_INT(account), GCT_V_NULL), err)
               : st;
}

static enum gct_status recover_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct recovery *recovery = GCT_STRUCT_OF(write, recovery, write);
    const struct gct_directory *directory = recovery->directory;
    enum gct_status st = recovery->done ? GCT_OK : gct_delivery_recover(tx, directory, &recovery->count, err);
    for (size_t i = 0; i < gct_directory_count(directory); i++) {
        const struct gct_directory_channel *channel = gct_directory_at(directory, i);
        for (size_t k = 0; st == GCT_OK && k < channel->account_count; k++) {
            st = revive(tx, channel->accounts[k]->id, err);
        }
    }
    return st;
}

static void recover_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct recovery *recovery = GCT_STRUCT_OF(write, recovery, write);
    recovery->status = status;
    if (status != GCT_OK) {
        gct_log_error("egress.recover", err);
    }
    gct_mailbox_put(recovery->sender->box, &recovery->post);
}

static void recovered(struct gct_post *post)
{
    struct recovery *recovery = GCT_STRUCT_OF(post, recovery, post);
    int64_t now = gct_clock_mono_ms();
    gct_directory_free(&recovery->directory);
    recovery->busy = 0;
    recovery->due_ms = now + AGAIN_MS;
    if (recovery->status != GCT_OK) {
        recovery->revive = 1;
        return;
    }
    if (!recovery->done) {
        GCT_LOG(GCT_LEVEL_INFO, "egress.started", GCT_F_INT("unclear", recovery->count));
    }
    recovery->done = 1;
    sender_fine(recovery->sender, TROUBLE_STARTING);
    accounts_want(recovery->sender, now);
}

int64_t recovery_pump(struct gct_sender *sender, int64_t now_ms)
{
    struct recovery *recovery = &sender->recovery;
    if (!recovery->revive || recovery->busy) {
        return PACE_NEVER;
    }
    if (recovery->due_ms > now_ms) {
        return recovery->due_ms;
    }
    recovery->due_ms = now_ms + AGAIN_MS;
    recovery->directory = gct_directory_get(sender->options.directory);
    if (recovery->directory == NULL) {
        return recovery->due_ms;
    }
    recovery->write.run = recover_run;
    recovery->write.done = recover_done;
    recovery->write.uses_reserve = 1;
    recovery->post.run = recovered;
    recovery->sender = sender;
    recovery->revive = 0;
    recovery->busy = gct_store_write(sender->options.store, &recovery->write) == GCT_OK;
    if (!recovery->busy) {
        recovery->revive = 1;
        gct_directory_free(&recovery->directory);
    }
    return recovery->busy ? PACE_NEVER : recovery->due_ms;
}
