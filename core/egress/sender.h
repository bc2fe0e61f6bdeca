/* The sender: everything that leaves for the platforms, on one thread.
 *
 * It takes replies from the outbox (router/delivery.h) as fast as pace and order allow, has their plugin
 * write the requests, sends them, has the plugin judge the answers, and writes down what became of each
 * request before the next one goes out. Order is kept in a conversation; conversations and accounts go in
 * parallel. It owns nothing durable: what it knows is in the outbox, and a sender that is killed at any
 * moment leaves rows behind from which the next one goes on (docs/adr/0007-sending-once.md).
 *
 * Order of life, for the daemon: store and registry opened, directory synchronised and published;
 * gct_sender_new; gct_sender_start; … gct_sender_stop while store and registry still work; then the store is
 * closed (its on_effects may call gct_sender_effects until then); gct_sender_free. */
#ifndef GUICHET_CORE_EGRESS_SENDER_H
#define GUICHET_CORE_EGRESS_SENDER_H

#include "router/directory.h"

/* name, default, what it bounds. A 0 in the options takes the default. */
#define GCT_SENDER_LIMIT_TABLE(X)                                                                            \
    X(replies, 64, "replies in hand, of all accounts")                                                       \
    X(replies_per_account, 8, "replies in hand of one account")                                              \
    X(connect_ms, 5000, "name, connection and TLS of a request")                                             \
    X(total_ms, 25000, "a request with its answer")                                                          \
    X(stop_ms, 3000, "what requests on their way are given when the sender stops")                           \
    X(profiles_per_second, 2, "profiles that are asked for")                                                 \
    X(profile_queue, 10000, "profiles that wait to be asked for")

struct gct_sender_limits {
#define GCT_SENDER_LIMIT_AS_FIELD(name, standard, text) uint32_t name;
    GCT_SENDER_LIMIT_TABLE(GCT_SENDER_LIMIT_AS_FIELD)
#undef GCT_SENDER_LIMIT_AS_FIELD
};

/* name, help of the metric guichet_sender_NAME. */
#define GCT_SENDER_COUNTER_TABLE(X)                                                                          \
    X(requests, "requests that were made")                                                                   \
    X(sent, "replies that a platform took")                                                                  \
    X(retried, "replies that are tried again")                                                               \
    X(failed, "replies that failed for good")                                                                \
    X(unclear, "replies whose answer was lost")                                                              \
    X(put_back, "replies that went back into the queue uncounted")                                           \
    X(profiles, "profiles that were learnt")                                                                 \
    X(profiles_missed, "profiles that could not be learnt")

struct gct_sender_stats {
#define GCT_SENDER_COUNTER_AS_FIELD(name, help) uint64_t name;
    GCT_SENDER_COUNTER_TABLE(GCT_SENDER_COUNTER_AS_FIELD)
#undef GCT_SENDER_COUNTER_AS_FIELD
    int working;      /* 0: nothing is sent now */
    char reason[200]; /* why not */
    size_t replies;   /* in hand */
    size_t calls;     /* requests on their way */
    size_t accounts;  /* that had something to send since the start */
};

struct gct_sender_options {
    struct gct_store *store;
    struct gct_directory_slot *directory;
    const char *ca_file; /* PEM file of the authorities that are trusted; NULL: the system's */
    /* working changed; sender thread; must only hand over. May be NULL. */
    void (*on_state)(void *arg, int working);
    void *arg;
    struct gct_sender_limits limits;
};

struct gct_sender;

GCT_NODISCARD enum gct_status gct_sender_new(const struct gct_sender_options *options,
                                             struct gct_sender **out, struct gct_error *err);

/* Starts the thread, which first settles what an earlier process left on its way (gct_delivery_recover) and
 * then sends. */
void gct_sender_start(struct gct_sender *sender);

/* Claims nothing more, puts back what was not sent, gives requests on their way stop_ms to be answered,
 * writes all fates down, ends the thread. A second call does nothing. Not on the sender's nor the store's
 * thread. */
void gct_sender_stop(struct gct_sender *sender);

/* Stops it if it still runs. Nobody may call gct_sender_effects any more. */
void gct_sender_free(struct gct_sender **sender);

/* Another directory stands in the slot: accounts that lost their authority or were restricted are tried
 * again, as they are at the start. Any thread; does not block. */
void gct_sender_reloaded(struct gct_sender *sender);

/* What the store reported after a commit; takes OUTBOX_DUE, CHANNEL_UPDATED and PROFILE_WANTED and leaves the
 * rest. Any thread; does not block. */
void gct_sender_effects(struct gct_sender *sender, const struct gct_effect *effects, size_t count);

/* Any thread. */
void gct_sender_stats(struct gct_sender *sender, struct gct_sender_stats *out);

#endif
