/* The audit trail: who did what, append only, each row chained to the one before by its hash. Written inside
 * the transaction of the act itself, so that neither can be without the other. */
#ifndef GUICHET_CORE_AUTH_AUDIT_H
#define GUICHET_CORE_AUTH_AUDIT_H

#include "base/json.h"
#include "store/store.h"

struct gct_audit {
    struct gct_slice actor;        /* "user:3", "token:2", "cli", "system" */
    struct gct_slice action;       /* "ticket.assign", "user.add": a constant */
    struct gct_slice object;       /* "ticket:12" */
    const struct gct_json *detail; /* small, no message text, no secret; NULL: {} */
};

/* Store thread, in a transaction. */
GCT_NODISCARD enum gct_status gct_audit_write(struct gct_tx *tx, const struct gct_audit *entry,
                                              struct gct_error *err);

/* Walks the chain; GCT_INVALID with the number of the first row that does not fit. *rows gets how many were
 * read. */
GCT_NODISCARD enum gct_status gct_audit_check(struct gct_db *db, int64_t *rows, struct gct_error *err);

#endif
