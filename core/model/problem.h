/* Every reason for which something is refused or failed: one list for the API's problem documents and for the
 * delivery error of a message (outbox.error_code holds the slug). Pure, any thread. */
#ifndef GUICHET_CORE_MODEL_PROBLEM_H
#define GUICHET_CORE_MODEL_PROBLEM_H

#include <guichet/abi.h>

#include "base/error.h"

/* name, slug ("/problems/" goes before it), HTTP status (0: only ever a delivery error), title. */
#define GCT_PROBLEM_TABLE(X)                                                                                 \
    X(NONE, "none", 200, "No problem")                                                                       \
    X(BAD_CREDENTIALS, "bad-credentials", 401, "Login or password wrong")                                    \
    X(NOT_SIGNED_IN, "not-signed-in", 401, "Not signed in")                                                  \
    X(BAD_SIGNATURE, "bad-signature", 401, "The signature is missing, wrong or too old")                     \
    X(FORBIDDEN, "forbidden", 403, "Not allowed")                                                            \
    X(CSRF, "csrf", 403, "X-CSRF-Token missing or wrong")                                                    \
    X(ORIGIN, "origin", 403, "Origin is not the gateway's")                                                  \
    X(NOT_FOUND, "not-found", 404, "Not found")                                                              \
    X(METHOD_NOT_ALLOWED, "method-not-allowed", 405, "Method not allowed")                                   \
    X(WINDOW_CLOSED, "window-closed", 409, "The reply window is over")                                       \
    X(TEXT_TOO_LONG, "text-too-long", 409, "The text is too long for the channel")                           \
    X(UNSUPPORTED_ATTACHMENT, "unsupported-attachment", 409, "The channel cannot send this attachment")      \
    X(CHANNEL_PAUSED, "channel-paused", 409, "The channel is paused")                                        \
    X(QUOTA_REACHED, "quota-reached", 409, "No message left until the customer writes")                      \
    X(CUSTOMER_BLOCKED, "customer-blocked", 409, "The customer cannot be reached")                           \
    X(POLICY_RESTRICTED, "policy-restricted", 409, "The platform restricts the account")                     \
    X(STALE, "stale", 409, "A teammate answered meanwhile")                                                  \
    X(TICKET_CLOSED, "ticket-closed", 409, "The ticket is closed for good")                                  \
    X(NOT_FAILED, "not-failed", 409, "Only a failed message can be retried or discarded")                    \
    X(RELOAD_REFUSED, "reload-refused", 409, "The new configuration is not valid")                           \
    X(STILL_UNREADABLE, "still-unreadable", 409, "The hook still cannot be decoded")                         \
    X(CHANGED, "changed", 412, "The ticket changed since")                                                   \
    X(TOO_LARGE, "too-large", 413, "Too large")                                                              \
    X(UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", 415, "Unsupported media type")                       \
    X(INVALID, "invalid", 422, "The request is not valid")                                                   \
    X(IDEMPOTENCY_KEY_REUSED, "idempotency-key-reused", 422, "The key was used for another request")         \
    X(UPGRADE_REQUIRED, "upgrade-required", 426, "Upgrade required")                                         \
    X(RATE_LIMITED, "rate-limited", 429, "Too many requests")                                                \
    X(INTERNAL, "internal", 500, "Our fault")                                                                \
    X(UNAVAILABLE, "unavailable", 503, "Nothing can be kept now; nothing was done")                          \
    X(TOKEN_EXPIRED, "token-expired", 0, "The platform refuses our token")                                   \
    X(THREAD_OWNED, "thread-owned", 0, "Another application holds the conversation")                         \
    X(MEDIA_REJECTED, "media-rejected", 0, "The platform could not take the attachment")                     \
    X(MESSAGE_GONE, "message-gone", 0, "The message answered to was deleted")                                \
    X(PLATFORM_REFUSED, "platform-refused", 0, "The platform refused it")                                    \
    X(PLATFORM_UNREACHABLE, "platform-unreachable", 0, "Given up after all retries")                         \
    X(UNCONFIRMED, "unconfirmed", 0, "It may have been sent, and nothing can prove it")

#define GCT_PROBLEM_AS_ENUM(name, slug, status, title) GCT_PROBLEM_##name,
enum gct_problem { GCT_PROBLEM_TABLE(GCT_PROBLEM_AS_ENUM) GCT_PROBLEM_COUNT };
#undef GCT_PROBLEM_AS_ENUM

struct gct_problem_info {
    const char *slug;
    unsigned status;
    const char *title;
};

/* problem must be one of the enum. */
const struct gct_problem_info *gct_problem_info(enum gct_problem problem);

/* The problem of a slug; GCT_PROBLEM_PLATFORM_REFUSED for one that is unknown. */
enum gct_problem gct_problem_of(struct gct_slice slug);

/* The delivery problem that an outcome (enum gct_outcome of guichet/message.h) ends in when it is final. */
enum gct_problem gct_problem_of_outcome(uint32_t outcome);

#endif
