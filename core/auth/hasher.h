/* Two threads that hash passwords, so that the loop never does and a flood of guesses cannot take the
 * machine. */
#ifndef GUICHET_CORE_AUTH_HASHER_H
#define GUICHET_CORE_AUTH_HASHER_H

#include "auth/password.h"
#include "base/mailbox.h"

struct gct_hasher;

/* One check. Owned by the caller until done() was called. */
struct gct_hash_job {
    struct gct_post post;                       /* the hasher's */
    char password[GCT_PASSWORD_MOST * 4u + 1u]; /* wiped before done() */
    size_t password_len;
    char phc[GCT_PHC_TEXT];                 /* to check against; empty: an unknown login */
    enum gct_status status;                 /* GCT_OK, GCT_DENIED */
    char renewed[GCT_PHC_TEXT];             /* a new hash when phc was outdated, else empty */
    void (*done)(struct gct_hash_job *job); /* on a hashing thread: must only hand over */
};

struct gct_hasher *gct_hasher_new(void);
/* Finishes what was admitted. */
void gct_hasher_free(struct gct_hasher **hasher);

/* GCT_AGAIN when twenty are waiting: done() is then not called. Any thread. */
GCT_NODISCARD enum gct_status gct_hasher_check(struct gct_hasher *hasher, struct gct_hash_job *job);

#endif
