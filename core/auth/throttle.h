/* Slowing down guesses: after ten failures of one login from one address each further try must wait longer,
 * up to fifteen minutes. Never a lock that somebody else could cause: other addresses are not touched. One
 * thread. */
#ifndef GUICHET_CORE_AUTH_THROTTLE_H
#define GUICHET_CORE_AUTH_THROTTLE_H

#include <guichet/abi.h>

#include "base/error.h"

#define GCT_THROTTLE_FREE 10u
#define GCT_THROTTLE_LONGEST_MS (15 * INT64_C(60000))
#define GCT_THROTTLE_PAIRS 10000u

struct gct_throttle;

struct gct_throttle *gct_throttle_new(void);
void gct_throttle_free(struct gct_throttle **throttle);

/* Milliseconds to wait before login may be tried from address; 0: now. */
int64_t gct_throttle_wait_ms(const struct gct_throttle *throttle, struct gct_slice login,
                             struct gct_slice address, int64_t now_mono_ms);

/* A try failed, or succeeded (then the pair is forgotten). At most GCT_THROTTLE_PAIRS pairs are remembered,
 * the oldest go first. */
void gct_throttle_failed(struct gct_throttle *throttle, struct gct_slice login, struct gct_slice address,
                         int64_t now_mono_ms);
void gct_throttle_passed(struct gct_throttle *throttle, struct gct_slice login, struct gct_slice address);

#endif
