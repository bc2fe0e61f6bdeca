/* Where the value of a secret option comes from: env:NAME, file:PATH, or the text itself. May block. */
#ifndef GUICHET_CORE_DAEMON_SECRET_H
#define GUICHET_CORE_DAEMON_SECRET_H

#include "base/arena.h"
#include "base/error.h"

#define GCT_SECRET_BYTES ((size_t)16u << 10)

/* The value in arena; a relative PATH begins in base_dir. *literal: 1 when text was the secret itself.
 * GCT_INVALID with a sentence that holds nothing of the value: no such variable, no such file, an empty
 * value. */
GCT_NODISCARD enum gct_status gct_secret_read(struct gct_slice text, const char *base_dir,
                                              struct gct_arena *arena, struct gct_slice *value, int *literal,
                                              struct gct_error *err);

#endif
