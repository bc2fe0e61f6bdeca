/* Deadlines that all have the same length stay in the order in which they were set: a list, not a heap.
 * Setting, renewing and clearing one costs the same beside ten thousand others. One thread. */
#ifndef GUICHET_CORE_NET_SERVE_DEADLINE_H
#define GUICHET_CORE_NET_SERVE_DEADLINE_H

#include <stdint.h>

struct net_span;

struct net_deadline {
    struct net_deadline *prev;
    struct net_deadline *next;
    struct net_span *span; /* NULL: not set */
    int64_t due_ms;
};

/* All deadlines of one length; the earliest first. */
struct net_span {
    struct net_deadline *first;
    int64_t length_ms;
};

/* Due at now_ms + the length of span; replaces what was set before, of whatever span. */
void net_deadline_set(struct net_deadline *deadline, struct net_span *span, int64_t now_ms);
void net_deadline_clear(struct net_deadline *deadline);

/* Takes the earliest one out if it is due; NULL otherwise. */
struct net_deadline *net_span_take(struct net_span *span, int64_t now_ms);

#endif
