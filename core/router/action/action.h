/* What the actions share, for the files of this folder. Store thread, in a write. */
#ifndef GUICHET_CORE_ROUTER_ACTION_ACTION_H
#define GUICHET_CORE_ROUTER_ACTION_ACTION_H

#include "router/actions.h"
#include "router/thread/thread.h"

/* A ticket as its row is, with its thread. */
struct action {
    struct route route;
    struct gct_ingest_counts counts;
    struct gct_refusal *refusal;
    int64_t ticket;
    int64_t account;
    enum gct_ticket_status status;
    int64_t version;
    enum gct_priority priority;
    int64_t assignee;
    int64_t team;
    int64_t snoozed_until_ms;
    struct thread *thread;
};

/* Refuse: fills in the refusal and err, gives GCT_CONFLICT. */
enum gct_status action_refuse(struct gct_refusal *refusal, enum gct_problem problem, struct gct_error *err,
                              const char *format, ...) GCT_PRINTF(4, 5);

/* Load the ticket; refused with NOT_FOUND. The refusal is emptied. */
GCT_NODISCARD enum gct_status action_begin(struct action *action, struct gct_tx *tx,
                                           const struct gct_directory *directory, int64_t ticket,
                                           struct gct_refusal *refusal, struct gct_error *err);

/* Write the thread and read the version. */
GCT_NODISCARD enum gct_status action_end(struct action *action, int64_t *version, struct gct_error *err);

/* What a reply is, for the checks. */
struct reply_facts {
    struct gct_slice text;
    const enum gct_attachment_kind *kinds;
    size_t kind_count;
    uint32_t author; /* enum gct_author */
    int answers;     /* it answers a certain message */
};

/* All that the channel, the window and the locks have against it. */
GCT_NODISCARD enum gct_status action_check_reply(struct action *action, const struct reply_facts *reply,
                                                 struct gct_error *err);

/* Name and agent key of a user in the batch's arena; empty for 0. GCT_NOT_FOUND; *disabled may be NULL. */
GCT_NODISCARD enum gct_status action_user(struct route *route, int64_t user, struct gct_slice *name,
                                          struct gct_slice *agent_key, int *disabled, struct gct_error *err);

#endif
