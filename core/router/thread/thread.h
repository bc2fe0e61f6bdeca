/* A thread: everything between one account and one customer, as the router holds it while it works: the rows
 * of conversation and live ticket in one struct.
 *
 * Threads live in a cache that belongs to the store (gct_tx_cache) and that the store throws away whenever
 * something was undone, so what is in it is what is in the database. Changes are made in the struct and
 * written with thread_save before the write ends. Store thread only. */
#ifndef GUICHET_CORE_ROUTER_THREAD_THREAD_H
#define GUICHET_CORE_ROUTER_THREAD_THREAD_H

#include "base/hash.h"
#include "engagement/log.h"
#include "model/message.h"
#include "router/directory.h"
#include "router/ingest.h"
#include "router/thread/step.h"

struct thread {
    UT_hash_handle hh;
    struct thread *next_dirty;
    int64_t account;
    int64_t contact;
    int64_t conversation;
    struct gct_slice customer;      /* the platform's id; behind the struct */
    int64_t source;                 /* the engagement log's numbers of the account */
    int64_t person;                 /* and of the customer's key */
    const char *window_opened_by;   /* one of a few words; NULL: nothing has */
    struct gct_window_facts window; /* times only; locks are read when they matter */
    int64_t window_expired_ms;
    int64_t window_change_ms; /* as stored: the clock comes by then */
    int64_t owner_ms;
    int64_t delivered_ms;
    int64_t read_ms;
    int64_t last_in_ms;
    struct step_ticket ticket;
    enum gct_thread_owner owner;
    unsigned unreachable : 1;
    unsigned referrals : 1;
    unsigned loose : 1;
    unsigned counted : 1; /* the ticket's "unanswered" as stored */
    unsigned conversation_changed : 1;
    unsigned ticket_changed : 1;
    unsigned status_changed : 1; /* the ticket's status and its times */
    unsigned in_dirty : 1;
};

struct thread_cache;

/* What one write of the router works with. */
struct route {
    struct gct_tx *tx;
    struct gct_db *db;
    const struct gct_directory *directory;
    int64_t now_ms;
    struct thread_cache *cache;
    struct gct_ingest_counts *counts;
};

/* Begin a write. The cache is made, or thrown away when it grew too large: no thread may be held across. */
void route_begin(struct route *route, struct gct_tx *tx, const struct gct_directory *directory,
                 struct gct_ingest_counts *counts);

/* Write every thread that changed, and its effects. To be called once, at the end of what succeeded. */
GCT_NODISCARD enum gct_status route_end(struct route *route, struct gct_error *err);

/* The thread of a customer; *created is 1 when it was made now. */
GCT_NODISCARD enum gct_status thread_get(struct route *route, const struct gct_directory_account *account,
                                         struct gct_slice customer, struct thread **out, int *created,
                                         struct gct_error *err);
/* The thread of a conversation that exists. GCT_NOT_FOUND. */
GCT_NODISCARD enum gct_status thread_of_conversation(struct route *route, int64_t conversation,
                                                     struct thread **out, struct gct_error *err);

/* Say that the struct changed. */
void thread_touch(struct route *route, struct thread *thread);
void thread_touch_ticket(struct route *route, struct thread *thread);
void thread_touch_status(struct route *route, struct thread *thread);

/* Write one thread now, where a later statement depends on its rows. A closed ticket is no longer the
 * thread's. */
GCT_NODISCARD enum gct_status thread_save(struct route *route, struct thread *thread, struct gct_error *err);

/* The rules of the thread's channel; all zero when its account is not configured any more. */
struct gct_window_rules thread_rules(const struct route *route, const struct thread *thread);

/* ---- the account's memory ---- */

/* Something came in on this account: account.last_in_ms, at most once a second. */
GCT_NODISCARD enum gct_status route_heard(struct route *route, int64_t account, struct gct_error *err);

/* How many rows of parked there may be; kept so that a message need not ask when there are none. Whoever
 * parks adds to it. */
GCT_NODISCARD enum gct_status route_parked(struct route *route, int64_t **count, struct gct_error *err);

/* Rows of parked were removed elsewhere: count them anew when it matters. */
void route_count_parked(struct route *route);

/* ---- ticket.c ---- */

/* Puts the thread's live ticket in place for a message of this writer, by step_turn: closes, opens or
 * reopens. */
GCT_NODISCARD enum gct_status thread_ticket(struct route *route, struct thread *thread,
                                            enum step_writer writer, struct step_turn *turn,
                                            struct gct_error *err);

/* Who sets a status, and why: "agent" or "timer" in the line. */
struct thread_setter {
    uint32_t author; /* GCT_AUTHOR_AGENT, or AUTOMATION for a timer */
    int64_t user;
    struct gct_slice agent_key;
    const char *reason;
    int64_t snoozed_until_ms;
};

/* The live ticket's status, its line and its event; a closed ticket is none. */
GCT_NODISCARD enum gct_status thread_set_status(struct route *route, struct thread *thread,
                                                enum gct_ticket_act act, const struct thread_setter *setter,
                                                struct gct_error *err);

/* ---- record.c: engagement events and system lines ---- */

/* What opened a window, as the log and the API name it: one of a few words, "other", or NULL for nothing. */
const char *thread_opener(struct gct_slice opener);

/* An event with source, customer and ticket of the thread filled in. */
struct gct_engagement thread_event(const struct thread *thread, enum gct_engagement_kind type,
                                   enum gct_engagement_actor actor, int64_t occurred_ms);

/* A window was opened or prolonged by an act: facts, log. own_ms 0: the rules' length. opener empty: none
 * was. */
GCT_NODISCARD enum gct_status thread_window(struct route *route, struct thread *thread,
                                            const struct gct_event *event, struct gct_error *err);

/* Writes window.expired once for each window that ended at or before until_ms. */
GCT_NODISCARD enum gct_status thread_window_expire(struct route *route, struct thread *thread,
                                                   int64_t until_ms, struct gct_error *err);

/* The platform refused, as too late, what was sent at sent_ms: the part of the window that it was sent in is
 * over now, whatever the rules say. */
GCT_NODISCARD enum gct_status thread_window_refused(struct route *route, struct thread *thread,
                                                    int64_t sent_ms, struct gct_error *err);

struct gct_json;
/* A line about what happened. Takes context (an object with its kind). author GCT_AUTHOR_…, user 0: nobody of
 * ours. Without a live ticket it waits for the next one. */
GCT_NODISCARD enum gct_status thread_line(struct route *route, struct thread *thread, uint32_t author,
                                          int64_t user, int64_t at_ms, struct gct_json *context,
                                          struct gct_error *err);
/* { kind: "status", from, to, reason }. */
struct gct_json *thread_status_context(enum gct_ticket_status from, enum gct_ticket_status to,
                                       const char *reason);

/* Effects of a message of the thread. */
void thread_message_effect(struct route *route, const struct thread *thread, enum gct_effect_kind kind,
                           int64_t ticket, int64_t message);

#endif
