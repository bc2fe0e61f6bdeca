#include "model/problem.h"

#include <guichet/message.h>

#include "base/slice.h"

#define AS_INFO(name, slug, status, title) { slug, status, title },
static const struct gct_problem_info INFO[] = { GCT_PROBLEM_TABLE(AS_INFO) };

const struct gct_problem_info *gct_problem_info(enum gct_problem problem)
{
    GCT_CHECK((unsigned)problem < GCT_PROBLEM_COUNT);
    return &INFO[problem];
}

enum gct_problem gct_problem_of(struct gct_slice slug)
{
    for (size_t i = 0; i < GCT_COUNT(INFO); i++) {
        if (gct_slice_is(slug, INFO[i].slug)) {
            return (enum gct_problem)i;
        }
    }
    return GCT_PROBLEM_PLATFORM_REFUSED;
}

enum gct_problem gct_problem_of_outcome(uint32_t outcome)
{
    switch (outcome) {
    case GCT_OUTCOME_SENT: return GCT_PROBLEM_NONE;
    case GCT_OUTCOME_RETRY: return GCT_PROBLEM_PLATFORM_UNREACHABLE;
    case GCT_OUTCOME_WINDOW_CLOSED: return GCT_PROBLEM_WINDOW_CLOSED;
    case GCT_OUTCOME_AUTHORITY_LOST: return GCT_PROBLEM_TOKEN_EXPIRED;
    case GCT_OUTCOME_RATE_LIMITED: return GCT_PROBLEM_RATE_LIMITED;
    case GCT_OUTCOME_UNREACHABLE: return GCT_PROBLEM_CUSTOMER_BLOCKED;
    case GCT_OUTCOME_NOT_OWNER: return GCT_PROBLEM_THREAD_OWNED;
    case GCT_OUTCOME_RESTRICTED: return GCT_PROBLEM_POLICY_RESTRICTED;
    case GCT_OUTCOME_MEDIA_REJECTED: return GCT_PROBLEM_MEDIA_REJECTED;
    case GCT_OUTCOME_MESSAGE_GONE: return GCT_PROBLEM_MESSAGE_GONE;
    case GCT_OUTCOME_UNCLEAR: return GCT_PROBLEM_UNCONFIRMED;
    default: return GCT_PROBLEM_PLATFORM_REFUSED;
    }
}
