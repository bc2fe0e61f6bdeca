/* Digests, random bytes, constant-time comparison, base64: OpenSSL behind six functions. Any thread. */
#ifndef GUICHET_CORE_BASE_CRYPTO_H
#define GUICHET_CORE_BASE_CRYPTO_H

#include <guichet/abi.h>

#include "base/error.h"

#define GCT_SHA256_BYTES 32u

/* Random bytes; ends the process when the system has none. */
void gct_random(unsigned char *bytes, size_t len);

/* 128 random bits as 26 characters of lower-case base32, NUL-terminated: customer keys, job marks. */
#define GCT_KEY_TEXT 27
void gct_random_key(char text[GCT_KEY_TEXT]);

void gct_sha256(struct gct_slice text, unsigned char digest[GCT_SHA256_BYTES]);

/* A prepared HMAC-SHA-256 key; immutable, shared between threads, freed with gct_hmac_free. */
struct gct_hmac;
struct gct_hmac *gct_hmac_new(struct gct_slice key);
void gct_hmac_free(struct gct_hmac **hmac);
/* The digest of the parts in a row. */
void gct_hmac_sign(const struct gct_hmac *hmac, const struct gct_slice *parts, size_t count,
                   unsigned char digest[GCT_SHA256_BYTES]);

/* 1 when equal; takes the same time wherever the difference is. Different lengths are unequal. */
int gct_equal_secret(struct gct_slice a, struct gct_slice b);

/* Overwrites a secret before its memory is given back. */
void gct_wipe(void *memory, size_t len);

/* Standard base64 with padding into room of at least len bytes; GCT_INVALID for anything else. */
GCT_NODISCARD enum gct_status gct_base64_decode(struct gct_slice text, unsigned char *room, size_t room_len,
                                                size_t *len);

#endif
