/* Before anything is sent: rows that an earlier process had on their way are treated as unclear. */
#include "base/clock.h"
#include "base/log.h"
#include "base/slice.h"
#include "egress/inside.h"

#define AGAIN_MS GCT_SECOND_MS

static enum gct_status recover_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct recovery *recovery = GCT_STRUCT_OF(write, recovery, write);
    return gct_delivery_recover(tx, recovery->directory, &recovery->count, err);
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
    if (recovery->status == GCT_OK) {
        recovery->done = 1;
        sender_fine(recovery->sender, TROUBLE_STARTING);
        accounts_want(recovery->sender, now);
        GCT_LOG(GCT_LEVEL_INFO, "egress.started", GCT_F_INT("unclear", recovery->count));
    }
}

int64_t recovery_pump(struct gct_sender *sender, int64_t now_ms)
{
    struct recovery *recovery = &sender->recovery;
    if (recovery->done || recovery->busy) {
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
    recovery->busy = gct_store_write(sender->options.store, &recovery->write) == GCT_OK;
    if (!recovery->busy) {
        gct_directory_free(&recovery->directory);
    }
    return recovery->busy ? PACE_NEVER : recovery->due_ms;
}
