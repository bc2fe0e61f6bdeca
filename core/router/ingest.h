/* From a hook to rows: what was decoded becomes contacts, conversations, tickets, messages and log entries;
 * what was not is kept as it came, in the inbox (to be decoded again) or in the quarantine (needs a person).
 *
 * All functions with a struct gct_tx run on the store thread inside a write; all of a hook is one write, so
 * that its 200 means that every part of it is on the disk. Nothing here waits, sends or calls a plugin. */
#ifndef GUICHET_CORE_ROUTER_INGEST_H
#define GUICHET_CORE_ROUTER_INGEST_H

#include "plugin/translate.h"
#include "router/directory.h"

/* A hook as it came, and what became of it. Borrowed until the write is done. */
struct gct_hook {
    struct gct_slice channel; /* its name; kept by name, for the channel may go */
    const struct gct_http_request *request;
    int64_t arrived_ms;
};

/* How events ended, for metrics and tests. */
#define GCT_INGEST_COUNT_TABLE(X)                                                                            \
    X(messages)  /* new, from customers */                                                                   \
    X(echoes)    /* from our side: new ones, and proofs of our own */                                        \
    X(updates)   /* edits, unsends, reactions, receipts, consents… that were new */                        \
    X(parked)    /* of these: their message is not here yet */                                               \
    X(repeats)   /* known already */                                                                         \
    X(tests)     /* test buttons of the platform */                                                          \
    X(publics)   /* happened in public */                                                                    \
    X(strangers) /* of an account that is not configured */                                                  \
    X(unkept)    /* hooks: of these, not kept, because so many are */                                        \
    X(notices)   /* about an account */                                                                      \
    X(ignored)   /* news that the core has no use for */

/* Why a hook is in the quarantine: name, the word in its row. */
#define GCT_QUARANTINE_TABLE(X)                                                                              \
    X(INVALID, "invalid")                                                                                    \
    X(UNSUPPORTED, "unsupported")                                                                            \
    X(LIMIT, "limit")                                                                                        \
    X(INTERNAL, "internal")                                                                                  \
    X(GARBAGE, "garbage")                                                                                    \
    X(CRASH, "crash")                                                                                        \
    X(HANG, "hang")                                                                                          \
    X(UNKNOWN_ACCOUNT, "unknown_account")                                                                    \
    X(UNKNOWN_CHANNEL, "unknown_channel")
#define GCT_QUARANTINE_AS_ENUM(name, text) GCT_QUARANTINE_##name,
enum gct_quarantine_reason {
    GCT_QUARANTINE_NONE,
    GCT_QUARANTINE_TABLE(GCT_QUARANTINE_AS_ENUM) GCT_QUARANTINE_COUNT
};
#undef GCT_QUARANTINE_AS_ENUM
const char *gct_quarantine_word(enum gct_quarantine_reason reason);

struct gct_ingest_counts {
#define GCT_INGEST_AS_FIELD(name) uint32_t name;
    GCT_INGEST_COUNT_TABLE(GCT_INGEST_AS_FIELD)
#undef GCT_INGEST_AS_FIELD
    enum gct_quarantine_reason quarantined; /* the hook itself: it was put there now */
};

/* What of it is told: group and name of the metric, and what it counts. Since the start. */
#define GCT_INGEST_TOTAL_TABLE(X)                                                                            \
    X(events, tests, "events of a platform's test button")                                                   \
    X(events, publics, "events that happened in public, which are not kept")                                 \
    X(events, ignored, "events that the gateway has no use for")                                             \
    X(hooks, unkept, "hooks of unknown accounts that the quarantine had no room for")

struct gct_ingest_totals {
#define GCT_INGEST_AS_FIELD(group, name, text) uint64_t name;
    GCT_INGEST_TOTAL_TABLE(GCT_INGEST_AS_FIELD)
#undef GCT_INGEST_AS_FIELD
    uint64_t quarantined[GCT_QUARANTINE_COUNT];
};

/* A hook's write is on the disk: add its counts, and tell the log of a test button and of the quarantine
 * (once a day for each channel, reason and kind). The thread of totals, which is the loop. */
void gct_ingest_total(struct gct_ingest_totals *totals, const struct gct_hook *hook,
                      const struct gct_translation *translation, const struct gct_ingest_counts *counts);

/* Hooks of accounts that are not configured are kept up to so many and so much: a Page that was subscribed
 * and forgotten must not fill the disk. Of a hook that names configured accounts, too, their events are rows,
 * and hooks that nobody understood are always kept. */
#define GCT_STRANGERS_MOST 1000
#define GCT_STRANGERS_BYTES (INT64_C(64) << 20)

/* Keep the result of a finished decode of this hook:
 *   understood                         its events
 *   GCT_UNSUPPORTED                    its events, and the raw hook in quarantine
 *   GCT_INVALID, _LIMIT, _INTERNAL, garbage  the raw hook in quarantine
 *   crash, hang, out of time           the raw hook in the inbox
 *   events of an unknown account       the others, and the raw hook in quarantine, as far as it
 *                                      takes such
 * GCT_OK also when all of it was known already. Any other status: nothing is kept, answer 503. */
GCT_NODISCARD enum gct_status gct_ingest_translation(struct gct_tx *tx, const struct gct_directory *directory,
                                                     const struct gct_hook *hook,
                                                     const struct gct_translation *translation,
                                                     struct gct_ingest_counts *counts, struct gct_error *err);

/* The store refuses the events of this hook for a reason of their own, and would again: the raw hook, with
 * that reason, in quarantine. */
GCT_NODISCARD enum gct_status gct_ingest_set_aside(struct gct_tx *tx, const struct gct_hook *hook,
                                                   struct gct_slice sentence,
                                                   struct gct_ingest_counts *counts, struct gct_error *err);

/* Keep the raw hook in the inbox, to be decoded later: the plugin is down, slow, paused or behind. */
GCT_NODISCARD enum gct_status gct_ingest_raw(struct gct_tx *tx, const struct gct_hook *hook,
                                             struct gct_error *err);

/* Events that came another way than a hook (a poll, the platform's history). channel must be of the
 * directory. */
GCT_NODISCARD enum gct_status gct_ingest_events(struct gct_tx *tx, const struct gct_directory *directory,
                                                const struct gct_directory_channel *channel,
                                                const struct gct_event *const *events, size_t count,
                                                struct gct_ingest_counts *counts, struct gct_error *err);

/* A write of a hook's events that ended so would end so again: it needs a person, not another attempt. */
static inline int gct_ingest_is_refused(enum gct_status status)
{
    return status != GCT_OK && status != GCT_UNAVAILABLE && status != GCT_AGAIN;
}

/* ---- inbox ---- */

/* After so many attempts a raw hook goes to quarantine. Between attempts: 1 s, doubled, at most 10 min. */
#define GCT_INBOX_ATTEMPTS 8u

/* A raw hook out of the store, in the arena that was given. */
struct gct_inbox_row {
    int64_t id;
    uint32_t attempts; /* this one included */
    struct gct_hook hook;
};

/* Take at most limit hooks that are due, oldest first, and count the attempt on the disk before it is made: a
 * hook that kills the process is not tried for ever. *rows and what it points to lives in arena. */
GCT_NODISCARD enum gct_status gct_inbox_take(struct gct_tx *tx, size_t limit, struct gct_arena *arena,
                                             struct gct_inbox_row **rows, size_t *count,
                                             struct gct_error *err);

/* The decode of a taken hook is finished: its events are kept and it leaves the inbox, in one transaction; or
 * it stays until its next attempt; or it goes to quarantine, as it does when its channel is not configured
 * any more: the translation is not looked at then. A row that is gone already changes nothing. */
GCT_NODISCARD enum gct_status gct_inbox_finish(struct gct_tx *tx, const struct gct_directory *directory,
                                               const struct gct_inbox_row *row,
                                               const struct gct_translation *translation,
                                               struct gct_ingest_counts *counts, struct gct_error *err);

/* Nothing could be asked (plugin down, queue full): the attempt does not count, try again at at_ms. */
GCT_NODISCARD enum gct_status gct_inbox_put_back(struct gct_tx *tx, int64_t id, int64_t at_ms,
                                                 struct gct_error *err);

/* It needs a person: from the inbox to the quarantine. sentence is copied. */
GCT_NODISCARD enum gct_status gct_inbox_set_aside(struct gct_tx *tx, const struct gct_inbox_row *row,
                                                  enum gct_quarantine_reason reason,
                                                  struct gct_slice sentence, struct gct_ingest_counts *counts,
                                                  struct gct_error *err);

/* Every raw hook is due now, and none was attempted yet. */
GCT_NODISCARD enum gct_status gct_inbox_afresh(struct gct_tx *tx, struct gct_error *err);

/* When the next raw hook is due; 0: none waits. A reader's connection will do. */
GCT_NODISCARD enum gct_status gct_inbox_next(struct gct_db *db, int64_t *at_ms, struct gct_error *err);

/* ---- quarantine ---- */

struct gct_quarantine_row {
    int64_t id;
    struct gct_hook hook; /* request is NULL in a list */
    int64_t set_ms;
    int64_t bytes;           /* of the body */
    struct gct_slice digest; /* SHA-256 of the body, 32 bytes */
    struct gct_slice reason; /* word of enum gct_quarantine_reason */
    struct gct_slice sentence;
};

/* Oldest first, ids above after. channels: names as a JSON array; empty: all. Without the hooks themselves.
 */
GCT_NODISCARD enum gct_status gct_quarantine_list(struct gct_db *db, struct gct_slice channels, int64_t after,
                                                  size_t limit, struct gct_arena *arena,
                                                  struct gct_quarantine_row **rows, size_t *count,
                                                  struct gct_error *err);
/* One, whole, to be shown or decoded again. GCT_NOT_FOUND. */
GCT_NODISCARD enum gct_status gct_quarantine_load(struct gct_db *db, int64_t id, struct gct_arena *arena,
                                                  struct gct_quarantine_row *row, struct gct_error *err);
/* It was decoded again. Understood: its events are kept and it leaves. Else GCT_INVALID with the reason in
 * err, and it stays. GCT_NOT_FOUND. */
GCT_NODISCARD enum gct_status gct_quarantine_release(struct gct_tx *tx, const struct gct_directory *directory,
                                                     const struct gct_quarantine_row *row,
                                                     const struct gct_translation *translation,
                                                     struct gct_ingest_counts *counts, struct gct_error *err);
/* Move it to the inbox, to be decoded by whoever runs the inbox: for the command line. GCT_NOT_FOUND. */
GCT_NODISCARD enum gct_status gct_quarantine_requeue(struct gct_tx *tx, int64_t id, struct gct_error *err);
/* Gone for good; the caller writes the audit row. GCT_NOT_FOUND. */
GCT_NODISCARD enum gct_status gct_quarantine_drop(struct gct_tx *tx, int64_t id, struct gct_error *err);

#endif
