#include "auth/password.h"

#include <sodium.h>
#include <string.h>

#include "auth/common_passwords.gen.h"
#include "base/slice.h"

/* OWASP's setting: two passes over 19 MiB. */
#define HASH_PASSES 2u
#define HASH_MEMORY ((size_t)19u << 20)

_Static_assert(GCT_PHC_TEXT >= crypto_pwhash_STRBYTES, "a PHC string fits");

/* Nobody's: a login that does not exist costs the same as one that does. */
static const char nobody[GCT_PHC_TEXT] =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static int is_common(struct gct_slice password)
{
    struct gct_slice rest = gct_slice_of(common_passwords_txt);
    struct gct_slice line;
    while (gct_slice_split(&rest, '\n', &line)) {
        if (gct_slice_eq_nocase(line, password)) {
            return 1;
        }
    }
    return 0;
}

enum gct_status gct_password_acceptable(struct gct_slice password, struct gct_slice login,
                                        struct gct_error *err)
{
    if (!gct_utf8_valid(password) || gct_slice_find(password, '\0') != password.len) {
        return gct_error_set(err, GCT_INVALID, "the password is not UTF-8 text");
    }
    size_t count = gct_utf8_count(password);
    if (count < GCT_PASSWORD_LEAST || count > GCT_PASSWORD_MOST) {
        return gct_error_set(err, GCT_INVALID, "the password has %zu characters; it takes %u to %u", count,
                             GCT_PASSWORD_LEAST, GCT_PASSWORD_MOST);
    }
    if (is_common(password)) {
        return gct_error_set(err, GCT_INVALID, "the password is among the most common ones");
    }
    if (gct_slice_eq_nocase(password, login)) {
        return gct_error_set(err, GCT_INVALID, "the password is the login");
    }
    return GCT_OK;
}

enum gct_status gct_password_hash(struct gct_slice password, char phc[GCT_PHC_TEXT], struct gct_error *err)
{
    memset(phc, 0, GCT_PHC_TEXT);
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(phc, password.ptr == NULL ? "" : password.ptr, password.len, HASH_PASSES,
                              HASH_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return gct_error_set(err, GCT_UNAVAILABLE, "no memory to hash a password");
    }
    return GCT_OK;
}

enum gct_status gct_password_check(struct gct_slice password, const char *phc, int *outdated)
{
    const char *text = password.ptr == NULL ? "" : password.ptr;
    int known = phc[0] != '\0';
    *outdated = 0;
    if (sodium_init() < 0 || crypto_pwhash_str_verify(known ? phc : nobody, text, password.len) != 0 ||
        !known) {
        return GCT_DENIED;
    }
    *outdated = crypto_pwhash_str_needs_rehash(phc, HASH_PASSES, HASH_MEMORY) != 0;
    return GCT_OK;
}
