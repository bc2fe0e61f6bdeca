/* States of an account and of a thread on it, and the roles of those who use the API. Pure, any thread. */
#ifndef GUICHET_CORE_MODEL_ACCOUNT_H
#define GUICHET_CORE_MODEL_ACCOUNT_H

#include <guichet/abi.h>

#include "base/error.h"

/* Names: ChannelState of the API. A pause by an admin is the channel's (channel.paused); a pause by the pace
 * of the platform is account.paused_until_ms and no state: replies are still taken then. */
#define GCT_ACCOUNT_STATE_TABLE(X)                                                                           \
    X(OK, 0, "active")                                                                                       \
    X(PAUSED, 1, "paused")            /* by an admin, this account alone */                                  \
    X(AUTHORITY_LOST, 2, "reconnect") /* the platform refuses our token or permission */                     \
    X(RESTRICTED, 3, "restricted")    /* the platform holds the account back */
#define GCT_ACCOUNT_AS_ENUM(name, value, text) GCT_ACCOUNT_##name = value,
enum gct_account_state { GCT_ACCOUNT_STATE_TABLE(GCT_ACCOUNT_AS_ENUM) GCT_ACCOUNT_STATE_COUNT };
#undef GCT_ACCOUNT_AS_ENUM

#define GCT_THREAD_OWNER_TABLE(X)                                                                            \
    X(UNKNOWN, 0, "unknown") /* the platform never said */                                                   \
    X(OURS, 1, "ours")                                                                                       \
    X(OTHERS, 2, "others") /* another application answers */                                                 \
    X(IDLE, 3, "idle")
#define GCT_THREAD_AS_ENUM(name, value, text) GCT_THREAD_##name = value,
enum gct_thread_owner { GCT_THREAD_OWNER_TABLE(GCT_THREAD_AS_ENUM) GCT_THREAD_OWNER_COUNT };
#undef GCT_THREAD_AS_ENUM

#define GCT_ROLE_TABLE(X) X(AGENT, 0, "agent") X(ADMIN, 1, "admin") X(ANALYST, 2, "analyst")
#define GCT_ROLE_AS_ENUM(name, value, text) GCT_ROLE_##name = value,
enum gct_role { GCT_ROLE_TABLE(GCT_ROLE_AS_ENUM) GCT_ROLE_COUNT };
#undef GCT_ROLE_AS_ENUM

const char *gct_account_state_name(uint32_t state);
const char *gct_role_name(uint32_t role);
GCT_NODISCARD enum gct_status gct_role_read(struct gct_slice text, enum gct_role *out);

#endif
