/* A reply that will not be sent. Store thread, in a write. */
#ifndef GUICHET_CORE_ROUTER_DELIVERY_FATE_H
#define GUICHET_CORE_ROUTER_DELIVERY_FATE_H

#include "model/problem.h"
#include "router/thread/thread.h"

/* The message fails, whatever was sent of it. It must be in the outbox, and stays there with the part that is
 * next: for whoever sends it again, and for an echo that comes late. words: the platform's. */
GCT_NODISCARD enum gct_status fate_fail(struct route *route, struct thread *thread, int64_t message,
                                        enum gct_problem problem, struct gct_slice words,
                                        struct gct_error *err);

/* No echo came in time for the row of this number: its message is unconfirmed. */
GCT_NODISCARD enum gct_status fate_grace_over(struct route *route, int64_t id, struct gct_error *err);

#endif
