/* What agents do: reply, note, change a ticket, retry, discard, read, draft. Each is one function inside a
 * write.
 *
 * GCT_OK: done. GCT_CONFLICT: refused by a rule, nothing changed, and *refusal says which (its struct belongs
 * to the caller, so it outlives the undone write). Any other status is the engine's. Who may see the ticket
 * at all (role, scope) was checked by the caller; whether it exists, is checked here. All of it on the store
 * thread. */
#ifndef GUICHET_CORE_ROUTER_ACTIONS_H
#define GUICHET_CORE_ROUTER_ACTIONS_H

#include "base/crypto.h"
#include "model/message.h"
#include "model/problem.h"
#include "router/directory.h"

enum gct_actor_kind { GCT_ACTOR_USER, GCT_ACTOR_TOKEN, GCT_ACTOR_CLI, GCT_ACTOR_SYSTEM };

struct gct_actor {
    enum gct_actor_kind kind;
    int64_t id; /* user.id, token.id; 0 for the others */
};

/* "user:3", "token:2", "cli", "system": as in audit.actor and idempotency.actor. */
#define GCT_ACTOR_TEXT 32
void gct_actor_write(const struct gct_actor *actor, char text[GCT_ACTOR_TEXT]);

/* Why not. Members that do not apply are 0 or empty. */
struct gct_refusal {
    enum gct_problem problem;
    char field[32];    /* INVALID: the member of the request */
    char detail[256];  /* one English sentence, without anything a customer wrote */
    int64_t closed_ms; /* WINDOW_CLOSED: since when; 0: never was open */
    int64_t retry_ms;
    int64_t max, length, unit; /* TEXT_TOO_LONG; unit is GCT_UNIT_… */
    int64_t ticket;            /* CHANGED, TICKET_CLOSED: that ticket */
    int64_t message;           /* STALE: the reply that is newer */
};

/* What was done, or had been done by an earlier request with the same key (replayed 1). */
struct gct_action_result {
    int64_t ticket;
    int64_t message;
    int64_t version; /* the ticket's, afterwards */
    int replayed;
};

/* Idempotency-Key of the request; key empty: none. digest: SHA-256 of method, path and body. */
struct gct_request_key {
    struct gct_slice key;
    unsigned char digest[GCT_SHA256_BYTES];
};

struct gct_new_attachment {
    enum gct_attachment_kind kind;
    struct gct_slice url; /* https */
    struct gct_slice name;
};

struct gct_new_message {
    struct gct_actor actor;
    int64_t ticket;
    enum gct_message_kind kind; /* GCT_KIND_MESSAGE: a reply; GCT_KIND_NOTE */
    struct gct_slice text;
    const struct gct_new_attachment *attachments;
    size_t attachment_count;
    int64_t reply_to; /* message.id of this ticket's conversation; 0: none */
    int64_t after;    /* newest message.id that the author had seen; 0: do not check */
    struct gct_request_key once;
};

/* A reply becomes a queued message and its outbox row; a note a message without delivery; the author's draft
 * of that kind goes. A reply is refused
 * with WINDOW_CLOSED, TEXT_TOO_LONG, UNSUPPORTED_ATTACHMENT, CHANNEL_PAUSED, CUSTOMER_BLOCKED,
 * POLICY_RESTRICTED, STALE; both with TICKET_CLOSED (replies), NOT_FOUND, INVALID, IDEMPOTENCY_KEY_REUSED. */
GCT_NODISCARD enum gct_status gct_action_message(struct gct_tx *tx, const struct gct_directory *directory,
                                                 const struct gct_new_message *request,
                                                 struct gct_action_result *result,
                                                 struct gct_refusal *refusal, struct gct_error *err);

/* A failed message goes back to queued after the checks of a new reply. NOT_FAILED, NOT_FOUND, and those
 * above. */
GCT_NODISCARD enum gct_status gct_action_retry(struct gct_tx *tx, const struct gct_directory *directory,
                                               const struct gct_actor *actor, int64_t message,
                                               struct gct_action_result *result, struct gct_refusal *refusal,
                                               struct gct_error *err);

/* A failed message is put away: GCT_MESSAGE_DISCARDED, left out of lists. NOT_FAILED, NOT_FOUND. Discarding
 * twice is fine. */
GCT_NODISCARD enum gct_status gct_action_discard(struct gct_tx *tx, const struct gct_actor *actor,
                                                 int64_t message, struct gct_action_result *result,
                                                 struct gct_refusal *refusal, struct gct_error *err);

/* Bits of gct_ticket_patch.set. */
#define GCT_PATCH_STATUS 1u
#define GCT_PATCH_PRIORITY 2u
#define GCT_PATCH_ASSIGNEE 4u
#define GCT_PATCH_TEAM 8u
#define GCT_PATCH_TAGS 16u
#define GCT_PATCH_SNOOZED_UNTIL 32u

struct gct_ticket_patch {
    struct gct_actor actor;
    int64_t ticket;
    int64_t if_version; /* If-Match; 0: any */
    unsigned set;       /* GCT_PATCH_…: which of the members below are meant */
    enum gct_ticket_status status;
    enum gct_priority priority;
    int64_t assignee; /* user.id; 0: nobody */
    int64_t team;     /* team.id; 0: none */
    const struct gct_slice *tags;
    size_t tag_count;
    int64_t snoozed_until_ms; /* 0: null */
};

/* CHANGED, TICKET_CLOSED, NOT_FOUND, INVALID (unknown or disabled assignee, unknown team, snoozing without a
 * time in the future). A change that changes nothing leaves the version alone. Each change adds a system
 * message to the thread, an event to the engagement log and a row to the audit trail. */
GCT_NODISCARD enum gct_status gct_action_patch(struct gct_tx *tx, const struct gct_directory *directory,
                                               const struct gct_ticket_patch *patch,
                                               struct gct_action_result *result, struct gct_refusal *refusal,
                                               struct gct_error *err);

/* How far a user has read; message 0: nothing. It may go back. */
GCT_NODISCARD enum gct_status gct_action_read(struct gct_tx *tx, int64_t user, int64_t ticket,
                                              int64_t message, struct gct_refusal *refusal,
                                              struct gct_error *err);

/* Keep a draft (kind message or note); an empty text removes it. */
GCT_NODISCARD enum gct_status gct_action_draft(struct gct_tx *tx, int64_t user, int64_t ticket,
                                               enum gct_message_kind kind, struct gct_slice text,
                                               struct gct_refusal *refusal, struct gct_error *err);
GCT_NODISCARD enum gct_status gct_action_drafts_remove(struct gct_tx *tx, int64_t user, int64_t ticket,
                                                       struct gct_error *err);

/* Pause or resume a channel by its number. */
GCT_NODISCARD enum gct_status gct_action_channel_pause(struct gct_tx *tx,
                                                       const struct gct_directory_channel *channel,
                                                       const struct gct_actor *actor, int paused,
                                                       struct gct_error *err);

/* ---- requests that must act once
 * -------------------------------------------------------------------------------- For unsafe requests that
 * have no function of their own above. gct_action_message does both by itself. */

/* GCT_OK: *object and *status of the first answer. GCT_NOT_FOUND: a new key. GCT_CONFLICT:
 * IDEMPOTENCY_KEY_REUSED. */
GCT_NODISCARD enum gct_status gct_once_find(struct gct_db *db, const struct gct_actor *actor,
                                            const struct gct_request_key *once, int *status, int64_t *object,
                                            struct gct_refusal *refusal, struct gct_error *err);
/* Remember the answer, in the same write as the act; an empty key is fine. */
GCT_NODISCARD enum gct_status gct_once_keep(struct gct_tx *tx, const struct gct_actor *actor,
                                            const struct gct_request_key *once, int status, int64_t object,
                                            struct gct_error *err);

#endif
