/* An event on its way into the store, for the files of this folder and the delivery's. Store thread, in a
 * write. */
#ifndef GUICHET_CORE_ROUTER_INGEST_ARRIVAL_H
#define GUICHET_CORE_ROUTER_INGEST_ARRIVAL_H

#include "router/thread/thread.h"

struct arrival {
    struct route *route;
    const struct gct_directory_account *account;
    const struct gct_event *event; /* as it was decoded */
    struct gct_event head;         /* its head with a time that can be believed */
    struct thread *thread;         /* NULL: about the account */
    int created;                   /* the thread was made for this event */
};

/* A message that is in the store. */
struct found {
    int64_t id; /* 0: none */
    int64_t conversation;
    int64_t ticket; /* 0: a line without one */
    enum gct_direction direction;
    int has_delivery;
    enum gct_delivery delivery;
    int64_t sent_ms;
    uint32_t flags;
    int64_t unsent_ms;
    uint32_t author;
    int ours; /* sent by us: it has a mark */
};

/* By the platform's id (also of a later part; first: only of the first or only one, which is all that a
 * customer's message has), by our mark, by number. Not found: GCT_OK with id 0. */
GCT_NODISCARD enum gct_status found_by_first(struct route *route, int64_t account, struct gct_slice remote_id,
                                             struct found *found, struct gct_error *err);
GCT_NODISCARD enum gct_status found_by_remote(struct route *route, int64_t account,
                                              struct gct_slice remote_id, struct found *found,
                                              struct gct_error *err);
GCT_NODISCARD enum gct_status found_by_mark(struct route *route, int64_t account, struct gct_slice mark,
                                            struct found *found, struct gct_error *err);
GCT_NODISCARD enum gct_status found_by_id(struct route *route, int64_t id, struct found *found,
                                          struct gct_error *err);

/* ---- events.c ---- */

/* One event; the count it ends in is raised. Events of unknown accounts are counted and left alone. */
GCT_NODISCARD enum gct_status ingest_event(struct route *route, const struct gct_directory_channel *channel,
                                           const struct gct_event *event, struct gct_error *err);

/* The thread of the event's customer; writes contact.started when it is new. */
GCT_NODISCARD enum gct_status arrival_enter(struct arrival *arrival, const struct gct_context *context,
                                            int by_customer, struct gct_error *err);

/* 1 in *fresh when this event's key was not seen before (an event without key is always fresh). */
GCT_NODISCARD enum gct_status arrival_fresh(struct arrival *arrival, int *fresh, struct gct_error *err);

/* ---- message.c ---- */

GCT_NODISCARD enum gct_status ingest_message(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_unknown(struct arrival *arrival, struct gct_error *err);

/* ---- update.c ---- */

GCT_NODISCARD enum gct_status ingest_edit(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_unsend(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_reaction(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_receipt(struct arrival *arrival, struct gct_error *err);

/* What the delivery of a message of sent_ms is, by the watermarks of its thread. */
enum gct_delivery thread_watermark(const struct thread *thread, enum gct_delivery delivery, int64_t sent_ms);

/* ---- parked.c ---- */

/* News about a message: what an event says, or a row of parked said. */
struct news {
    uint32_t kind; /* EDIT, UNSEND, REACTION, RECEIPT */
    struct gct_slice remote_id;
    uint32_t author;       /* of a reaction */
    uint32_t state;        /* reaction: removed; receipt: its state */
    struct gct_slice text; /* edited text, emoji */
    int64_t revision;
    int64_t at_ms;
};

/* Apply the news to the message, or park it when the message is not here. */
GCT_NODISCARD enum gct_status news_apply(struct route *route, struct thread *thread, const struct news *news,
                                         struct gct_error *err);
/* The message has this remote id now: apply what waited for it. */
GCT_NODISCARD enum gct_status parked_apply(struct route *route, struct thread *thread,
                                           struct gct_slice remote_id, struct gct_error *err);

/* ---- news.c ---- */

GCT_NODISCARD enum gct_status ingest_referral(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_consent(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_handover(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_feedback(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_linking(struct arrival *arrival, struct gct_error *err);
GCT_NODISCARD enum gct_status ingest_notice(struct arrival *arrival, struct gct_error *err);

/* ---- context.c ---- */

/* The context as the API shows it, in the batch's arena; empty for NULL. */
struct gct_slice context_text(struct route *route, const struct gct_context *context);
/* Who answers this thread since at_ms. The newest news count; of equal times the higher number. */
void thread_own(struct route *route, struct thread *thread, enum gct_thread_owner owner, int64_t at_ms);
/* Give the referral that happened at or before at_ms to the first message after it. */
GCT_NODISCARD enum gct_status referral_settle(struct route *route, struct thread *thread, int64_t at_ms,
                                              struct gct_error *err);

#endif
