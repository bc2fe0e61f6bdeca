/* What guichetctl does with the database itself, beside a gateway that runs or without one: copy it whole,
 * and look for damage in it. It reads one snapshot on a connection of its own and holds up nobody. May block
 * for long. */
#ifndef GUICHET_CORE_CLI_DATABASE_H
#define GUICHET_CORE_CLI_DATABASE_H

#include "base/json.h"

/* A copy of the database at place into file, whole and synced before it gets that name; *bytes gets its size.
 */
GCT_NODISCARD enum gct_status cli_database_copy(const char *place, const char *file, int64_t *bytes,
                                                struct gct_error *err);

/* Looks for damage; items gets one object a check: {"check", "rows", "ok", "sentence"}; *faults how many are
 * not ok. A status when the database could not be opened. */
GCT_NODISCARD enum gct_status cli_database_check(const char *place, struct gct_json *items, size_t *faults,
                                                 struct gct_error *err);

#endif
