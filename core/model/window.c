#include "model/window.h"

#include "model/length.h"
#include "model/names.h"

#define AS_NAME(name, value, text) { value, text },
static const struct gct_name STATE[] = { GCT_WINDOW_STATE_TABLE(AS_NAME) };
static const struct gct_name LOCK[] = { GCT_LOCK_TABLE(AS_NAME) };

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct gct_window_rules gct_window_rules_of(const struct gct_ext_rules *rules)
{
    return (struct gct_window_rules){ .window_ms = gct_rules_value(rules, GCT_RULE_WINDOW, 0),
                                      .human_ms = gct_rules_value(rules, GCT_RULE_HUMAN_WINDOW, 0) };
}

static enum gct_lock lock_of(const struct gct_window_facts *facts)
{
    if (facts->account_state == GCT_ACCOUNT_AUTHORITY_LOST) {
        return GCT_LOCK_RECONNECT;
    }
    if (facts->account_state == GCT_ACCOUNT_RESTRICTED) {
        return GCT_LOCK_RESTRICTED;
    }
    if (facts->channel_paused || facts->account_state == GCT_ACCOUNT_PAUSED) {
        return GCT_LOCK_PAUSED;
    }
    return facts->unreachable ? GCT_LOCK_BLOCKED : GCT_LOCK_NONE;
}

struct gct_window gct_window_state(const struct gct_window_facts *facts, const struct gct_window_rules *rules,
                                   int64_t now_ms)
{
    struct gct_window window = { .state = GCT_WINDOW_NONE, .lock = lock_of(facts) };
    if (rules->window_ms == 0) {
        return window;
    }
    window.human_until_ms = facts->human_until_ms;
    if (now_ms < facts->closes_ms) {
        window.state = GCT_WINDOW_OPEN;
        window.closes_ms = facts->closes_ms;
    } else if (now_ms < facts->human_until_ms) {
        window.state = GCT_WINDOW_HUMAN;
        window.closes_ms = facts->human_until_ms;
    } else {
        window.state = GCT_WINDOW_CLOSED;
        window.closes_ms = later(facts->closes_ms, facts->human_until_ms);
    }
    return window;
}

enum gct_window_news gct_window_act(struct gct_window_facts *facts, const struct gct_window_rules *rules,
                                    int64_t at_ms, int64_t own_ms)
{
    if (rules->window_ms == 0) {
        return GCT_WINDOW_SAME;
    }
    int64_t closes = at_ms + (own_ms > 0 ? own_ms : rules->window_ms);
    int64_t human = rules->human_ms > 0 ? at_ms + rules->human_ms : 0;
    facts->human_until_ms = later(facts->human_until_ms, human);
    if (closes <= facts->closes_ms) {
        return GCT_WINDOW_LATE;
    }
    int running = at_ms < facts->closes_ms;
    facts->closes_ms = closes;
    facts->opened_ms = at_ms;
    return running ? GCT_WINDOW_EXTENDED : GCT_WINDOW_OPENED;
}

int64_t gct_window_next_change(const struct gct_window_facts *facts, const struct gct_window_rules *rules,
                               int64_t now_ms)
{
    struct gct_window window = gct_window_state(facts, rules, now_ms);
    return window.state == GCT_WINDOW_OPEN || window.state == GCT_WINDOW_HUMAN ? window.closes_ms : 0;
}

enum gct_problem gct_window_refusal(const struct gct_window *window, uint32_t author)
{
    switch (window->lock) {
    case GCT_LOCK_PAUSED:
    case GCT_LOCK_RECONNECT: return GCT_PROBLEM_CHANNEL_PAUSED;
    case GCT_LOCK_RESTRICTED: return GCT_PROBLEM_POLICY_RESTRICTED;
    case GCT_LOCK_BLOCKED: return GCT_PROBLEM_CUSTOMER_BLOCKED;
    case GCT_LOCK_QUOTA: return GCT_PROBLEM_QUOTA_REACHED;
    case GCT_LOCK_NONE:
    case GCT_LOCK_COUNT: break;
    }
    if (window->state == GCT_WINDOW_CLOSED ||
        (window->state == GCT_WINDOW_HUMAN && author != GCT_AUTHOR_AGENT)) {
        return GCT_PROBLEM_WINDOW_CLOSED;
    }
    return GCT_PROBLEM_NONE;
}

const char *gct_window_state_name(uint32_t state)
{
    return gct_name_of(STATE, GCT_COUNT(STATE), state, "none");
}

const char *gct_lock_name(uint32_t lock)
{
    return lock == GCT_LOCK_NONE ? NULL : gct_name_of(LOCK, GCT_COUNT(LOCK), lock, NULL);
}
