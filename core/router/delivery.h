/* The sender's side of the outbox: what is to be sent, and what became of it. All inside writes, on the store
 * thread.
 *
 * A row is claimed (state sending, on the disk) before anything of it is sent, and its fate is written down
 * before the next part is. It goes when all of its message is sent; until then the message is queued, on its
 * way or failed, whatever the platform says of its first parts. After a crash a row that was claimed is never
 * sent again by itself: it waits for the platform's echo, which proves the sending, and else its message
 * fails as "unconfirmed", for an agent to decide (docs/adr/). Every function is idempotent: news of a row
 * that is gone, or of a part that is settled, change nothing. */
#ifndef GUICHET_CORE_ROUTER_DELIVERY_H
#define GUICHET_CORE_ROUTER_DELIVERY_H

#include "model/message.h"
#include "model/problem.h"
#include "router/directory.h"

/* How long an echo is waited for after an answer was lost. */
#define GCT_ECHO_GRACE_MS (30 * GCT_SECOND_MS)

/* A claimed reply, in the arena that was given to gct_outbox_claim. */
struct gct_outgoing {
    int64_t id; /* outbox.id */
    int64_t message_id;
    int64_t ticket;
    int64_t conversation;
    const struct gct_directory_account *account;
    uint32_t part;     /* first request that was not sent; they count from 0, as in the echo's mark */
    uint32_t attempts; /* this one included */
    int64_t created_ms;
    struct gct_message message; /* ready for encode */
};

/* An account that has replies to send. */
struct gct_outbox_account {
    int64_t account;
    int64_t next_ms; /* when the first of them is due; the account's own pause counted in */
    int64_t waiting; /* how many */
};

/* Which accounts have something to send, soonest first; accounts that may not send now (paused, lost,
 * restricted) and those whose channel is paused are left out. A reader's connection will do. */
GCT_NODISCARD enum gct_status gct_outbox_accounts(struct gct_db *db, struct gct_arena *arena,
                                                  struct gct_outbox_account **accounts, size_t *count,
                                                  struct gct_error *err);

/* Claim at most limit replies of one account that are due: the oldest of each conversation, none of a
 * conversation that has one on its way. A reply whose window closed meanwhile fails here instead. Check pace
 * before, send after the commit. */
GCT_NODISCARD enum gct_status gct_outbox_claim(struct gct_tx *tx, const struct gct_directory *directory,
                                               int64_t account, size_t limit, struct gct_arena *arena,
                                               struct gct_outgoing **out, size_t *count,
                                               struct gct_error *err);

/* Encode gave parts requests; say so once a claim, before the first is sent, when parts is more than 1. */
GCT_NODISCARD enum gct_status gct_delivery_parts(struct gct_tx *tx, int64_t id, uint32_t parts,
                                                 struct gct_error *err);

/* The platform took request part of parts; remote_id may be empty. With the last one the message is sent and
 * the row goes. *settled (may be NULL): 1 when nothing of it is left to send, also because an echo proved it
 * before. */
GCT_NODISCARD enum gct_status gct_delivery_sent(struct gct_tx *tx, int64_t id, uint32_t part, uint32_t parts,
                                                struct gct_slice remote_id, int *settled,
                                                struct gct_error *err);

/* Not taken; try again at at_ms. */
GCT_NODISCARD enum gct_status gct_delivery_retry(struct gct_tx *tx, int64_t id, int64_t at_ms,
                                                 struct gct_error *err);

/* Not sent at all and not counted (stop, encode queue full, pace): back to queued. */
GCT_NODISCARD enum gct_status gct_delivery_put_back(struct gct_tx *tx, int64_t id, int64_t at_ms,
                                                    struct gct_error *err);

/* No more of it will be sent: the message fails with the problem and the platform's sentence (code as
 * "10/2018278", may be empty), and the row keeps what was sent for whoever sends it again. CUSTOMER_BLOCKED
 * also marks the conversation as unreachable, THREAD_OWNED as owned by others, until the customer writes or
 * the platform says so; WINDOW_CLOSED ends the part of the reply window that it was claimed in. */
GCT_NODISCARD enum gct_status gct_delivery_failed(struct gct_tx *tx, int64_t id, enum gct_problem problem,
                                                  struct gct_slice code, struct gct_slice sentence,
                                                  struct gct_error *err);

/* Nobody knows whether the platform took this part, which was on its way. When its echo came before, the
 * reply goes on. Else, with echoes (rule ECHOES of its channel), the row waits GCT_ECHO_GRACE_MS for one,
 * then its message fails as UNCONFIRMED; without, it fails at once. An echo of the last part that comes later
 * still turns it into sent. */
GCT_NODISCARD enum gct_status gct_delivery_unclear(struct gct_tx *tx, const struct gct_directory *directory,
                                                   int64_t id, uint32_t part, struct gct_error *err);

/* At start, before anything is sent: rows that were on their way when the process ended are treated as
 * unclear. */
GCT_NODISCARD enum gct_status gct_delivery_recover(struct gct_tx *tx, const struct gct_directory *directory,
                                                   size_t *count, struct gct_error *err);

/* The account's state changed (authority lost, restricted, ok again), with the platform's code and sentence
 * for the admin. Its queue stays as it is and goes on when the state is ok again. */
GCT_NODISCARD enum gct_status gct_account_set_state(struct gct_tx *tx, int64_t account,
                                                    enum gct_account_state state, struct gct_slice code,
                                                    struct gct_slice sentence, struct gct_error *err);

/* The platform asks the account to pause until then, or longer when it asked for that before; 0: no more. */
GCT_NODISCARD enum gct_status gct_account_pause_until(struct gct_tx *tx, int64_t account, int64_t until_ms,
                                                      struct gct_error *err);

/* What the platform told about a person. Empty members stay as they are. */
struct gct_profile {
    struct gct_slice name, handle, avatar_url, lang;
};
GCT_NODISCARD enum gct_status gct_contact_set_profile(struct gct_tx *tx, int64_t contact,
                                                      const struct gct_profile *profile,
                                                      struct gct_error *err);

#endif
