/* Raw hooks as rows and back, for the files of this folder. */
#ifndef GUICHET_CORE_ROUTER_INGEST_KEEP_H
#define GUICHET_CORE_ROUTER_INGEST_KEEP_H

#include "router/ingest.h"

/* The request out of columns path, query, headers, body (first is path's), copied into arena; NULL when its
 * memory is spent. */
const struct gct_http_request *keep_read(struct gct_rows *rows, int first, struct gct_arena *arena);

/* Into the inbox, due now. */
GCT_NODISCARD enum gct_status keep_inbox(struct gct_tx *tx, const struct gct_hook *hook,
                                         struct gct_error *err);

/* Into the quarantine, once for the same bytes. */
GCT_NODISCARD enum gct_status keep_quarantine(struct gct_tx *tx, const struct gct_hook *hook,
                                              enum gct_quarantine_reason reason, struct gct_slice sentence,
                                              struct gct_ingest_counts *counts, struct gct_error *err);

/* What a translation came to. */
enum verdict {
    VERDICT_EVENTS,  /* understood */
    VERDICT_PARTLY,  /* its events, and something else that nobody understood */
    VERDICT_NOTHING, /* nothing of it can be read */
    VERDICT_LATER    /* the plugin failed, not the hook */
};
enum verdict keep_verdict(const struct gct_translation *translation, enum gct_quarantine_reason *reason);

/* The events of a hook; *strangers is how many were of unknown accounts. */
GCT_NODISCARD enum gct_status keep_events(struct gct_tx *tx, const struct gct_directory *directory,
                                          const struct gct_hook *hook, const struct gct_event *const *events,
                                          size_t count, struct gct_ingest_counts *counts, uint32_t *strangers,
                                          struct gct_error *err);

#endif
