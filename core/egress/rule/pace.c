#include "egress/rule/pace.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/heap.h"

#define ONE_CALL INT64_C(1000)
#define SLOW_PERCENT 75
#define STOP_PERCENT 90u
#define USAGE_MEMORY_MS (5 * GCT_MINUTE_MS)
#define FAILING_GAP_MS GCT_SECOND_MS
#define FAILING_LONGEST_MS GCT_MINUTE_MS
#define FAILING_DOUBLINGS 6u
#define MOST_A_SECOND 10000

struct pace_rules pace_rules_of(const struct gct_ext_rules *rules)
{
    struct pace_rules out = { PACE_STANDARD_RATE, 0, 0 };
    for (size_t i = 0; rules != NULL && i < rules->rule_count; i++) {
        int64_t value = rules->rules[i]->value;
        switch (rules->rules[i]->key) {
        case GCT_RULE_RATE: out.rate = value; break;
        case GCT_RULE_RATE_MEDIA: out.media = value; break;
        case GCT_RULE_THREAD_GAP: out.gap_ms = value; break;
        default: break;
        }
    }
    out.rate = out.rate < 1 ? 1 : out.rate > MOST_A_SECOND ? MOST_A_SECOND : out.rate;
    out.media = out.media < 1 || out.media > out.rate ? out.rate : out.media;
    out.gap_ms = out.gap_ms < 0 ? 0 : out.gap_ms > GCT_MINUTE_MS ? GCT_MINUTE_MS : out.gap_ms;
    return out;
}

/* Calls a second, which is thousandths of a call a millisecond. */
static int64_t rate_of(const struct pace *pace, int media, int64_t now_ms)
{
    int64_t rate = media ? pace->rules.media : pace->rules.rate;
    if (pace->usage >= SLOW_PERCENT && now_ms < pace->usage_until_ms) {
        int64_t left = (int64_t)STOP_PERCENT - (int64_t)pace->usage;
        rate = left <= 0 ? 1 : rate * left / ((int64_t)STOP_PERCENT - SLOW_PERCENT);
    }
    return rate < 1 ? 1 : rate;
}

/* A bucket holds what a second gives. */
static int64_t level_of(const struct pace_bucket *bucket, int64_t rate, int64_t now_ms)
{
    int64_t full = rate * ONE_CALL;
    int64_t spent_ms = now_ms - bucket->at_ms;
    int64_t level = spent_ms >= GCT_SECOND_MS ? full : bucket->level + spent_ms * rate;
    return level > full ? full : level;
}

void pace_begin(struct pace *pace, const struct pace_rules *rules, int64_t now_ms)
{
    memset(pace, 0, sizeof *pace);
    pace->rules = *rules;
    pace->text = (struct pace_bucket){ rules->rate * ONE_CALL, now_ms };
    pace->media = (struct pace_bucket){ rules->media * ONE_CALL, now_ms };
}

void pace_end(struct pace *pace)
{
    free(pace->gaps);
    pace->gaps = NULL;
    pace->gap_count = 0;
    pace->gap_room = 0;
}

static void settle(struct pace *pace, int64_t now_ms)
{
    pace->text = (struct pace_bucket){ level_of(&pace->text, rate_of(pace, 0, now_ms), now_ms), now_ms };
    pace->media = (struct pace_bucket){ level_of(&pace->media, rate_of(pace, 1, now_ms), now_ms), now_ms };
}

void pace_set_rules(struct pace *pace, const struct pace_rules *rules, int64_t now_ms)
{
    settle(pace, now_ms);
    pace->rules = *rules;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the account may call again, whoever it is for. */
static int64_t open_ms(const struct pace *pace, int64_t now_ms)
{
    int64_t at = later(now_ms, pace->closed_ms);
    return pace->failures == 0 ? at : later(at, pace->probe_ms);
}

int64_t pace_next_ms(const struct pace *pace, int media, int64_t conversation, int64_t now_ms)
{
    const struct pace_bucket *bucket = media ? &pace->media : &pace->text;
    int64_t rate = rate_of(pace, media, now_ms);
    int64_t missing = ONE_CALL - level_of(bucket, rate, now_ms);
    int64_t at = open_ms(pace, now_ms);
    if (missing > 0) {
        at = later(at, now_ms + (missing + rate - 1) / rate);
    }
    for (size_t i = 0; conversation != 0 && i < pace->gap_count; i++) {
        if (pace->gaps[i].conversation == conversation) {
            at = later(at, pace->gaps[i].until_ms);
        }
    }
    return at;
}

size_t pace_room(const struct pace *pace, int64_t now_ms)
{
    if (open_ms(pace, now_ms) > now_ms) {
        return 0;
    }
    int64_t calls = level_of(&pace->text, rate_of(pace, 0, now_ms), now_ms) / ONE_CALL;
    return pace->failures != 0 && calls > 1 ? 1u : (size_t)calls;
}

/* Gaps that are over make room first. */
static void note_gap(struct pace *pace, int64_t conversation, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < pace->gap_count; i++) {
        if (pace->gaps[i].until_ms > now_ms && pace->gaps[i].conversation != conversation) {
            pace->gaps[kept++] = pace->gaps[i];
        }
    }
    if (kept == pace->gap_room) {
        pace->gap_room = kept == 0 ? 16u : kept * 2u;
        pace->gaps = gct_heap_resize(pace->gaps, pace->gap_room, sizeof *pace->gaps);
    }
    pace->gaps[kept] = (struct pace_gap){ conversation, now_ms + pace->rules.gap_ms };
    pace->gap_count = kept + 1u;
}

void pace_take(struct pace *pace, int media, int64_t conversation, int64_t now_ms)
{
    settle(pace, now_ms);
    if (media) {
        pace->media.level -= ONE_CALL;
    } else {
        pace->text.level -= ONE_CALL;
    }
    if (pace->failures != 0) {
        pace->probe_ms = later(pace->probe_ms, now_ms + FAILING_GAP_MS);
    }
    if (pace->rules.gap_ms > 0 && conversation != 0) {
        note_gap(pace, conversation, now_ms);
    }
}

int64_t pace_clamp_ms(int64_t ms)
{
    return ms < PACE_SHORTEST_MS ? PACE_SHORTEST_MS : ms > PACE_LONGEST_MS ? PACE_LONGEST_MS : ms;
}

void pace_hold(struct pace *pace, int64_t ms, int64_t now_ms)
{
    pace->closed_ms = later(pace->closed_ms, now_ms + pace_clamp_ms(ms));
}

void pace_heard_usage(struct pace *pace, unsigned percent, int64_t now_ms)
{
    if (percent == 0) {
        return;
    }
    settle(pace, now_ms);
    pace->usage = percent;
    pace->usage_until_ms = now_ms + USAGE_MEMORY_MS;
    if (percent >= STOP_PERCENT) {
        pace_hold(pace, GCT_MINUTE_MS, now_ms);
    }
}

void pace_failed(struct pace *pace, int64_t began_ms, uint64_t random, int64_t now_ms)
{
    if (pace->failures != 0 && began_ms < pace->failed_ms) {
        return;
    }
    unsigned doublings = pace->failures < FAILING_DOUBLINGS ? pace->failures : FAILING_DOUBLINGS;
    int64_t longest = FAILING_GAP_MS << doublings;
    longest = longest > FAILING_LONGEST_MS ? FAILING_LONGEST_MS : longest;
    pace->failures++;
    pace->failed_ms = now_ms;
    /* Between half of it and all of it. */
    int64_t wait_ms = longest / 2 + (int64_t)(random % (uint64_t)(longest / 2 + 1));
    pace->probe_ms = later(pace->probe_ms, now_ms + later(wait_ms, FAILING_GAP_MS));
}

void pace_worked(struct pace *pace)
{
    pace->failures = 0;
    pace->probe_ms = 0;
}
