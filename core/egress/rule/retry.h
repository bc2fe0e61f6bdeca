/* What becomes of a reply after one of its requests ended: sent, again later, back into the queue, failed, or
 * nobody knows. Pure: the caller brings the numbers and the randomness. */
#ifndef GUICHET_CORE_EGRESS_RULE_RETRY_H
#define GUICHET_CORE_EGRESS_RULE_RETRY_H

#include <guichet/message.h>

#include "base/clock.h"
#include "model/account.h"
#include "model/problem.h"

#define RETRY_SHORTEST_MS GCT_SECOND_MS
#define RETRY_LONGEST_MS (10 * GCT_MINUTE_MS)

/* A reply is given up after so many attempts, or at this age, but then only after a few attempts: it may have
 * waited all that time for an admin to renew a token. */
#define RETRY_ATTEMPTS 100u
#define RETRY_AGE_MS (8 * GCT_HOUR_MS)
#define RETRY_LEAST_ATTEMPTS 5u

enum fate_kind {
    FATE_SENT,     /* this request is done: the next one, or the end */
    FATE_RETRY,    /* counted, after delay_ms */
    FATE_PUT_BACK, /* not counted, after delay_ms */
    FATE_FAILED,   /* problem, code and sentence say why */
    FATE_UNCLEAR
};

struct fate {
    enum fate_kind kind;
    int64_t delay_ms;
    enum gct_problem problem;
    struct gct_slice remote_id, code, sentence; /* borrowed from what was judged */
    enum gct_account_state account;             /* GCT_ACCOUNT_OK: stays as it is */
    int64_t pause_ms;                           /* the account sends nothing for so long; 0: no pause */
};

/* One request and its reply, as far as they matter here. */
struct retry_case {
    uint32_t flags;    /* GCT_HTTP_… */
    uint32_t status;   /* HTTP status; 0: no answer */
    uint32_t attempts; /* of the reply, this one included */
    int64_t age_ms;    /* since it was written */
    uint64_t random;
};

/* Full jitter: between 1 s and a limit that doubles with each attempt up to 10 min. */
int64_t retry_delay_ms(uint32_t attempts, uint64_t random);

/* The platform answered and its plugin judged. */
struct fate retry_judge(const struct gct_verdict *verdict, const struct retry_case *of);
/* The request did not reach the platform whole: it cannot have been carried out. sentence: why. */
struct fate retry_not_taken(const struct retry_case *of, struct gct_slice sentence);
/* The request went out whole and its answer is lost or says nothing. */
struct fate retry_unclear(const struct retry_case *of, struct gct_slice sentence);
/* The plugin gave nothing of use (crash, hang, garbage): of->attempts are counted, a few only. */
struct fate retry_untranslated(const struct retry_case *of, struct gct_slice sentence);

#endif
