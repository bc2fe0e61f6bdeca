/* The reply window: when the platform lets us write to a customer. Pure, any thread.
 *
 * Facts (what opened it, when) are the conversation's; lengths are the plugin's dated rules; the clock is the
 * core's. Times in UTC milliseconds, 0: none. */
#ifndef GUICHET_CORE_MODEL_WINDOW_H
#define GUICHET_CORE_MODEL_WINDOW_H

#include <guichet/message.h>
#include <guichet/rules.h>

#include "base/error.h"
#include "model/account.h"
#include "model/problem.h"

/* GCT_WINDOW_… of guichet/message.h with their names in the API. */
#define GCT_WINDOW_STATE_TABLE(X)                                                                            \
    X(NONE, GCT_WINDOW_NONE, "none")                                                                         \
    X(OPEN, GCT_WINDOW_OPEN, "open")                                                                         \
    X(HUMAN, GCT_WINDOW_HUMAN, "human_agent")                                                                \
    X(CLOSED, GCT_WINDOW_CLOSED, "closed")

/* Why answering is impossible although the window is open. */
#define GCT_LOCK_TABLE(X)                                                                                    \
    X(NONE, 0, "none")                                                                                       \
    X(QUOTA, 1, "quota")                                                                                     \
    X(RESTRICTED, 2, "restricted")                                                                           \
    X(PAUSED, 3, "paused")                                                                                   \
    X(BLOCKED, 4, "blocked")                                                                                 \
    X(RECONNECT, 5, "reconnect")
#define GCT_LOCK_AS_ENUM(name, value, text) GCT_LOCK_##name = value,
enum gct_lock { GCT_LOCK_TABLE(GCT_LOCK_AS_ENUM) GCT_LOCK_COUNT };
#undef GCT_LOCK_AS_ENUM

struct gct_window_rules {
    int64_t window_ms; /* 0: the channel has no window */
    int64_t human_ms;  /* from the same start; 0: none */
};

/* What the conversation and its account know; columns of the same names. */
struct gct_window_facts {
    int64_t opened_ms; /* the act that gave closes_ms */
    int64_t closes_ms;
    int64_t human_until_ms;
    int unreachable; /* this customer cannot be written to */
    int channel_paused;
    enum gct_account_state account_state;
};

struct gct_window {
    uint32_t state; /* GCT_WINDOW_… */
    enum gct_lock lock;
    int64_t closes_ms;      /* when this state ends, or ended; 0: none, or never opened */
    int64_t human_until_ms; /* 0: none */
};

/* The rules of a channel out of its table (NULL: no window). */
struct gct_window_rules gct_window_rules_of(const struct gct_ext_rules *rules);

/* The window at now_ms. A window whose end is now_ms is over. */
struct gct_window gct_window_state(const struct gct_window_facts *facts, const struct gct_window_rules *rules,
                                   int64_t now_ms);

enum gct_window_news { GCT_WINDOW_SAME, GCT_WINDOW_OPENED, GCT_WINDOW_EXTENDED, GCT_WINDOW_LATE };

/* An opening act at at_ms, of own_ms length (0: as in the rules). Facts become the later of both, so that
 * acts may come in any order. SAME: the channel has no window. OPENED: none was running at at_ms. EXTENDED:
 * its end moved. LATE: an act that ends no later than what is known already; nothing moved. */
enum gct_window_news gct_window_act(struct gct_window_facts *facts, const struct gct_window_rules *rules,
                                    int64_t at_ms, int64_t own_ms);

/* When the state of facts changes next after now_ms without any event; 0: never. */
int64_t gct_window_next_change(const struct gct_window_facts *facts, const struct gct_window_rules *rules,
                               int64_t now_ms);

/* May a reply of this author (enum gct_author) go out now? GCT_PROBLEM_NONE, or the reason. */
enum gct_problem gct_window_refusal(const struct gct_window *window, uint32_t author);

const char *gct_window_state_name(uint32_t state);
const char *gct_lock_name(uint32_t lock); /* NULL for GCT_LOCK_NONE */

#endif
