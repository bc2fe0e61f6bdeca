/* How fast an account may call its platform: a token bucket for texts and one for media, slower while the
 * platform says that the allowance is nearly used, closed while it asks for a pause, and one call a second at
 * most while it fails. Pure: the caller brings the clock (monotonic milliseconds) and the randomness. */
#ifndef GUICHET_CORE_EGRESS_RULE_PACE_H
#define GUICHET_CORE_EGRESS_RULE_PACE_H

#include <guichet/rules.h>

#include "base/error.h"

#define PACE_NEVER INT64_MAX

/* A channel without the rule RATE. */
#define PACE_STANDARD_RATE 10

/* What a platform may ask for: less is too fast, more would hold replies back for no good reason. */
#define PACE_SHORTEST_MS INT64_C(1000)
#define PACE_LONGEST_MS INT64_C(3600000)

struct pace_rules {
    int64_t rate;   /* calls a second */
    int64_t media;  /* calls a second */
    int64_t gap_ms; /* between two calls for one customer */
};

struct pace_bucket {
    int64_t level; /* thousandths of a call, at at_ms */
    int64_t at_ms;
};

struct pace_gap {
    int64_t conversation;
    int64_t until_ms;
};

struct pace {
    struct pace_rules rules;
    struct pace_bucket text, media;
    int64_t closed_ms;      /* no call before this; 0: open */
    unsigned usage;         /* percent, as last heard */
    int64_t usage_until_ms; /* when that is forgotten */
    unsigned failures;      /* calls that failed in a row; 0: the platform works */
    int64_t failed_ms;      /* when the last of them was noted */
    int64_t probe_ms;       /* next call while it fails */
    struct pace_gap *gaps;  /* conversations that were written to within gap_ms */
    size_t gap_count, gap_room;
};

/* The rules of a channel's table; NULL: none. */
struct pace_rules pace_rules_of(const struct gct_ext_rules *rules);

/* Full buckets. */
void pace_begin(struct pace *pace, const struct pace_rules *rules, int64_t now_ms);
void pace_end(struct pace *pace);
/* Rules of a new configuration; what was used up stays so. */
void pace_set_rules(struct pace *pace, const struct pace_rules *rules, int64_t now_ms);

/* When the next call for the conversation may begin: now_ms when at once. conversation 0: any. */
int64_t pace_next_ms(const struct pace *pace, int media, int64_t conversation, int64_t now_ms);
/* How many text calls may begin now. */
size_t pace_room(const struct pace *pace, int64_t now_ms);
/* A call begins. */
void pace_take(struct pace *pace, int media, int64_t conversation, int64_t now_ms);

/* 1 s to 1 h. */
int64_t pace_clamp_ms(int64_t ms);
/* No call for so long, clamped; never shortens what was asked before. */
void pace_hold(struct pace *pace, int64_t ms, int64_t now_ms);
/* The platform said how much of the allowance is used: from 75 % slower, from 90 % closed (the caller holds
 * for as long as the platform says). 0: it said nothing. */
void pace_heard_usage(struct pace *pace, unsigned percent, int64_t now_ms);
/* A call that began at began_ms got no answer, or the platform failed: pauses that grow to a minute, with
 * jitter. Calls that were on their way together count once: the later ones say nothing new. */
void pace_failed(struct pace *pace, int64_t began_ms, uint64_t random, int64_t now_ms);
/* It answered. */
void pace_worked(struct pace *pace);

#endif
