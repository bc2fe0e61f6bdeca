#include "egress/rule/retry.h"

#include <guichet/http.h>

#include "base/slice.h"
#include "egress/rule/pace.h"

#define DOUBLINGS 10u
/* Where the platform limits calls and does not say for how long: begins at half a minute. */
#define RATE_DOUBLINGS 5u
#define TRANSLATION_ATTEMPTS 5u
/* A row whose account waits for an admin is not due before somebody looked at it. */
#define HALTED_MS GCT_SECOND_MS

int64_t retry_delay_ms(uint32_t attempts, uint64_t random)
{
    uint32_t doublings = attempts < DOUBLINGS ? attempts : DOUBLINGS;
    int64_t longest = RETRY_SHORTEST_MS << doublings;
    longest = longest > RETRY_LONGEST_MS ? RETRY_LONGEST_MS : longest;
    return RETRY_SHORTEST_MS + (int64_t)(random % (uint64_t)(longest - RETRY_SHORTEST_MS + 1));
}

static int is_over(const struct retry_case *of)
{
    return of->attempts >= RETRY_ATTEMPTS ||
           (of->age_ms >= RETRY_AGE_MS && of->attempts >= RETRY_LEAST_ATTEMPTS);
}

static void again(struct fate *fate, const struct retry_case *of, int64_t told_ms)
{
    fate->kind = FATE_RETRY;
    fate->delay_ms = told_ms > 0 ? pace_clamp_ms(told_ms) : retry_delay_ms(of->attempts, of->random);
    if (is_over(of)) {
        fate->kind = FATE_FAILED;
        fate->problem = GCT_PROBLEM_PLATFORM_UNREACHABLE;
    }
}

static void fail(struct fate *fate, const struct retry_case *of, enum gct_problem problem)
{
    if ((of->flags & GCT_HTTP_OPTIONAL) != 0) {
        fate->kind = FATE_SENT;
        return;
    }
    fate->kind = FATE_FAILED;
    fate->problem = problem;
}

static void unclear(struct fate *fate, const struct retry_case *of)
{
    if ((of->flags & GCT_HTTP_OPTIONAL) != 0) {
        fate->kind = FATE_SENT;
    } else if ((of->flags & GCT_HTTP_REPEATABLE) != 0) {
        again(fate, of, 0);
    } else {
        fate->kind = FATE_UNCLEAR;
    }
}

static void halt(struct fate *fate, enum gct_account_state account)
{
    fate->kind = FATE_PUT_BACK;
    fate->delay_ms = HALTED_MS;
    fate->account = account;
}

static void limited(struct fate *fate, const struct retry_case *of, int64_t told_ms)
{
    int64_t chosen =
        retry_delay_ms(of->attempts < DOUBLINGS ? of->attempts + RATE_DOUBLINGS : DOUBLINGS, of->random);
    again(fate, of, told_ms > 0 ? told_ms : chosen);
    fate->pause_ms = fate->delay_ms;
}

struct fate retry_judge(const struct gct_verdict *verdict, const struct retry_case *of)
{
    struct fate fate = { .remote_id = verdict->remote_id,
                         .code = verdict->code,
                         .sentence = verdict->sentence,
                         .problem = GCT_PROBLEM_NONE,
                         .account = GCT_ACCOUNT_OK };
    int64_t told_ms =
        verdict->retry_after_ms > verdict->pause_ms ? verdict->retry_after_ms : verdict->pause_ms;
    fate.pause_ms = verdict->pause_ms > 0 ? pace_clamp_ms(verdict->pause_ms) : 0;
    switch (verdict->outcome) {
    case GCT_OUTCOME_SENT: fate.kind = FATE_SENT; break;
    case GCT_OUTCOME_RETRY:
        again(&fate, of, verdict->retry_after_ms);
        /* A platform that is down as a whole asks for all calls, not for this one. */
        if (of->status >= 500u && verdict->retry_after_ms > 0) {
            fate.pause_ms = pace_clamp_ms(told_ms);
        }
        if ((of->flags & GCT_HTTP_OPTIONAL) != 0) {
            fate.kind = FATE_SENT;
        }
        break;
    case GCT_OUTCOME_RATE_LIMITED: limited(&fate, of, told_ms); break;
    case GCT_OUTCOME_AUTHORITY_LOST: halt(&fate, GCT_ACCOUNT_AUTHORITY_LOST); break;
    case GCT_OUTCOME_RESTRICTED: halt(&fate, GCT_ACCOUNT_RESTRICTED); break;
    case GCT_OUTCOME_REFUSED:
    case GCT_OUTCOME_WINDOW_CLOSED:
    case GCT_OUTCOME_UNREACHABLE:
    case GCT_OUTCOME_NOT_OWNER:
    case GCT_OUTCOME_MEDIA_REJECTED:
    case GCT_OUTCOME_MESSAGE_GONE: fail(&fate, of, gct_problem_of_outcome(verdict->outcome)); break;
    default: unclear(&fate, of); break;
    }
    return fate;
}

struct fate retry_not_taken(const struct retry_case *of, struct gct_slice sentence)
{
    struct fate fate = { .sentence = sentence, .problem = GCT_PROBLEM_NONE, .account = GCT_ACCOUNT_OK };
    again(&fate, of, 0);
    if ((of->flags & GCT_HTTP_OPTIONAL) != 0) {
        fate.kind = FATE_SENT;
    }
    return fate;
}

struct fate retry_unclear(const struct retry_case *of, struct gct_slice sentence)
{
    struct fate fate = { .sentence = sentence, .problem = GCT_PROBLEM_NONE, .account = GCT_ACCOUNT_OK };
    unclear(&fate, of);
    return fate;
}

struct fate retry_untranslated(const struct retry_case *of, struct gct_slice sentence)
{
    struct fate fate = { .sentence = sentence, .problem = GCT_PROBLEM_NONE, .account = GCT_ACCOUNT_OK };
    again(&fate, of, 0);
    if (of->attempts >= TRANSLATION_ATTEMPTS) {
        fate.kind = FATE_FAILED;
        fate.problem = GCT_PROBLEM_INTERNAL;
    }
    return fate;
}
