/* Passwords: which are taken, how they are hashed (Argon2id) and checked. Hashing takes tens of milliseconds
 * and 19 MiB: on a hashing thread (hasher.h) or the command line, never on the loop. */
#ifndef GUICHET_CORE_AUTH_PASSWORD_H
#define GUICHET_CORE_AUTH_PASSWORD_H

#include <guichet/abi.h>

#include "base/error.h"

#define GCT_PASSWORD_LEAST 8u
#define GCT_PASSWORD_MOST 128u

/* A PHC string with its NUL. */
#define GCT_PHC_TEXT 128u

/* GCT_INVALID with a sentence when a password may not be chosen: shorter than 8 or longer than 128
 * characters, not UTF-8, among the 3,000 most common, or the login itself. No composition rules. */
GCT_NODISCARD enum gct_status gct_password_acceptable(struct gct_slice password, struct gct_slice login,
                                                      struct gct_error *err);

/* Hash with a random salt. GCT_UNAVAILABLE when there is no memory for it. */
GCT_NODISCARD enum gct_status gct_password_hash(struct gct_slice password, char phc[GCT_PHC_TEXT],
                                                struct gct_error *err);

/* GCT_OK when password fits phc, GCT_DENIED when not. An empty phc costs as much and is always denied: that
 * is how an unknown login is answered. *outdated: the hash was made with weaker settings than today's. */
GCT_NODISCARD enum gct_status gct_password_check(struct gct_slice password, const char *phc, int *outdated);

#endif
