/* What the loop shows to the server and to nobody else. Loop thread. */
#ifndef GUICHET_CORE_NET_INSIDE_H
#define GUICHET_CORE_NET_INSIDE_H

#include "net/loop.h"

struct ev_loop;
struct lws_context;

struct lws_context *loop_context(struct gct_loop *loop);

/* Something to be done at the end of each turn, after all that the kernel reported was read and before the
 * loop sleeps: outside of the library's callbacks, where a connection may be answered and closed freely. */
struct net_turn {
    void (*run)(struct net_turn *turn);
    struct net_turn *next;
};

void loop_turn_add(struct gct_loop *loop, struct net_turn *turn);
void loop_turn_remove(struct gct_loop *loop, struct net_turn *turn);

/* Runs what is due without sleeping; for taking a server down while the loop does not run. */
void loop_flush(struct gct_loop *loop);

#endif
