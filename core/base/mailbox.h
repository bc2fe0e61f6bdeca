/* How threads talk: each thread that works for others owns one mailbox, a bounded queue of intrusive posts.
 *
 * A post is part of the struct that it is about, so that posting allocates nothing and cannot fail for want
 * of memory. The poster gives the post away until the owner has taken it out. Requests use gct_mailbox_offer,
 * which refuses when the box is full (that is the back-pressure which becomes a 503 at the edge); answers to
 * requests use gct_mailbox_put, which never refuses, since each answers a request that was admitted. */
#ifndef GUICHET_CORE_BASE_MAILBOX_H
#define GUICHET_CORE_BASE_MAILBOX_H

#include "base/error.h"

struct gct_post {
    struct gct_post *next;
    /* Run by the owner of the box, on its thread. */
    void (*run)(struct gct_post *post);
};

struct gct_mailbox;

/* wake is called by a poster when the box went from empty to not empty, on the poster's thread and with the
 * box locked; it must only wake the owner (lws_cancel_service, curl_multi_wakeup). NULL: the owner sleeps in
 * gct_mailbox_wait. Who has taken the last post and posts no more may free the box, and what wake needs. */
struct gct_mailbox *gct_mailbox_new(size_t limit, void (*wake)(void *arg), void *arg);
void gct_mailbox_free(struct gct_mailbox **box);

/* GCT_AGAIN when limit posts are waiting or the box is closed. Any thread. */
GCT_NODISCARD enum gct_status gct_mailbox_offer(struct gct_mailbox *box, struct gct_post *post);

/* Always takes it, also in a closed box. Any thread. */
void gct_mailbox_put(struct gct_mailbox *box, struct gct_post *post);

/* All that waits, oldest first, linked by next; NULL when there is none. Owner only. */
struct gct_post *gct_mailbox_take(struct gct_mailbox *box);

/* The same, but sleeps until there is something, or the box was closed, or mono_ms is reached (-1: for ever).
 * Owner only; only where wake is NULL. */
struct gct_post *gct_mailbox_wait(struct gct_mailbox *box, int64_t until_mono_ms);

/* Runs all that waits; gives how many. Owner only. */
size_t gct_mailbox_run(struct gct_mailbox *box);

/* From now on offers are refused and gct_mailbox_wait returns at once. Any thread. */
void gct_mailbox_close(struct gct_mailbox *box);
int gct_mailbox_closed(struct gct_mailbox *box);

/* How many are waiting, for metrics. Any thread. */
size_t gct_mailbox_count(struct gct_mailbox *box);

#endif
