#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/slice.h"

#define HMAC_BLOCK 64u

/* The state of SHA-256 after the inner and the outer key block: a signature then costs two short digests. */
struct gct_hmac {
    EVP_MD_CTX *inner;
    EVP_MD_CTX *outer;
};

void gct_random(unsigned char *bytes, size_t len)
{
    GCT_CHECK(len <= INT32_MAX && RAND_bytes(bytes, (int)len) == 1);
}

void gct_random_key(char text[GCT_KEY_TEXT])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[16];
    unsigned bits = 0;
    unsigned held = 0;
    size_t n = 0;
    gct_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bits = (bits << 8) | bytes[i];
        held += 8u;
        while (held >= 5u) {
            held -= 5u;
            text[n++] = alphabet[(bits >> held) & 31u];
        }
        bits &= (1u << held) - 1u;
    }
    text[n++] = alphabet[(bits << (5u - held)) & 31u];
    GCT_CHECK_EQ(n, GCT_KEY_TEXT - 1);
    text[n] = '\0';
}

void gct_sha256(struct gct_slice text, unsigned char digest[GCT_SHA256_BYTES])
{
    unsigned len = 0;
    int ok = EVP_Digest(text.ptr == NULL ? "" : text.ptr, text.len, digest, &len, EVP_sha256(), NULL);
    GCT_CHECK(ok == 1 && len == GCT_SHA256_BYTES);
}

static EVP_MD_CTX *keyed_state(const unsigned char key[HMAC_BLOCK], unsigned char pad)
{
    unsigned char block[HMAC_BLOCK];
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    for (size_t i = 0; i < HMAC_BLOCK; i++) {
        block[i] = key[i] ^ pad;
    }
    GCT_CHECK(state != NULL && EVP_DigestInit_ex(state, EVP_sha256(), NULL) == 1);
    GCT_CHECK(EVP_DigestUpdate(state, block, sizeof block) == 1);
    gct_wipe(block, sizeof block);
    return state;
}

struct gct_hmac *gct_hmac_new(struct gct_slice key)
{
    unsigned char block[HMAC_BLOCK] = { 0 };
    struct gct_hmac *hmac = gct_heap_new(sizeof *hmac);
    if (key.len > sizeof block) {
        gct_sha256(key, block);
    } else if (key.len != 0) {
        memcpy(block, key.ptr, key.len);
    }
    hmac->inner = keyed_state(block, 0x36);
    hmac->outer = keyed_state(block, 0x5c);
    gct_wipe(block, sizeof block);
    return hmac;
}

void gct_hmac_free(struct gct_hmac **hmac)
{
    if (*hmac != NULL) {
        EVP_MD_CTX_free((*hmac)->inner);
        EVP_MD_CTX_free((*hmac)->outer);
        free(*hmac);
        *hmac = NULL;
    }
}

void gct_hmac_sign(const struct gct_hmac *hmac, const struct gct_slice *parts, size_t count,
                   unsigned char digest[GCT_SHA256_BYTES])
{
    unsigned char inner[GCT_SHA256_BYTES];
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    GCT_CHECK(state != NULL && EVP_MD_CTX_copy_ex(state, hmac->inner) == 1);
    for (size_t i = 0; i < count; i++) {
        GCT_CHECK(parts[i].len == 0 || EVP_DigestUpdate(state, parts[i].ptr, parts[i].len) == 1);
    }
    GCT_CHECK(EVP_DigestFinal_ex(state, inner, NULL) == 1);
    GCT_CHECK(EVP_MD_CTX_copy_ex(state, hmac->outer) == 1);
    GCT_CHECK(EVP_DigestUpdate(state, inner, sizeof inner) == 1 &&
              EVP_DigestFinal_ex(state, digest, NULL) == 1);
    EVP_MD_CTX_free(state);
}

int gct_equal_secret(struct gct_slice a, struct gct_slice b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void gct_wipe(void *memory, size_t len)
{
    OPENSSL_cleanse(memory, len);
}

enum gct_status gct_base64_decode(struct gct_slice text, unsigned char *room, size_t room_len, size_t *len)
{
    unsigned padding = 0;
    if (text.len == 0 || text.len % 4u != 0 || text.len > INT32_MAX || text.len / 4u * 3u > room_len) {
        return GCT_INVALID;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int alphabet = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '+' || c == '/';
        if (c == '=' && i + 2u >= text.len) {
            padding++;
        } else if (!alphabet || padding != 0) {
            return GCT_INVALID;
        }
    }
    int written = EVP_DecodeBlock(room, (const unsigned char *)text.ptr, (int)text.len);
    if (written < 0) {
        return GCT_INVALID;
    }
    *len = (size_t)written - padding;
    return GCT_OK;
}
