#include "auth/throttle.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/slice.h"

/* A pair is remembered by a digest, so that hostile names cost no memory. */
struct pair {
    unsigned char digest[GCT_SHA256_BYTES];
    unsigned failures;
    int64_t next_ms;
    UT_hash_handle hh;
};

struct gct_throttle {
    struct pair *pairs; /* in the order of their first failure */
};

struct gct_throttle *gct_throttle_new(void)
{
    return gct_heap_new(sizeof(struct gct_throttle));
}

static void forget(struct gct_throttle *throttle, struct pair *pair)
{
    HASH_DEL(throttle->pairs, pair);
    free(pair);
}

void gct_throttle_free(struct gct_throttle **throttle)
{
    if (*throttle != NULL) {
        while ((*throttle)->pairs != NULL) {
            forget(*throttle, (*throttle)->pairs);
        }
        free(*throttle);
        *throttle = NULL;
    }
}

static void digest_of(struct gct_slice login, struct gct_slice address,
                      unsigned char digest[GCT_SHA256_BYTES])
{
    char text[400];
    size_t n = 0;
    struct gct_slice head = gct_slice_head(login, 256u);
    struct gct_slice tail = gct_slice_head(address, 100u);
    for (size_t i = 0; i < head.len; i++) {
        char c = head.ptr[i];
        text[n++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    text[n++] = '\0';
    if (tail.len != 0) {
        memcpy(text + n, tail.ptr, tail.len);
    }
    gct_sha256((struct gct_slice){ text, n + tail.len }, digest);
}

static struct pair *find(const struct gct_throttle *throttle, struct gct_slice login,
                         struct gct_slice address)
{
    unsigned char digest[GCT_SHA256_BYTES];
    struct pair *pair = NULL;
    digest_of(login, address, digest);
    HASH_FIND(hh, throttle->pairs, digest, sizeof digest, pair);
    return pair;
}

int64_t gct_throttle_wait_ms(const struct gct_throttle *throttle, struct gct_slice login,
                             struct gct_slice address, int64_t now_mono_ms)
{
    const struct pair *pair = find(throttle, login, address);
    return pair == NULL || pair->next_ms <= now_mono_ms ? 0 : pair->next_ms - now_mono_ms;
}

void gct_throttle_failed(struct gct_throttle *throttle, struct gct_slice login, struct gct_slice address,
                         int64_t now_mono_ms)
{
    struct pair *pair = find(throttle, login, address);
    if (pair == NULL) {
        if (HASH_COUNT(throttle->pairs) >= GCT_THROTTLE_PAIRS) {
            forget(throttle, throttle->pairs);
        }
        pair = gct_heap_new(sizeof *pair);
        digest_of(login, address, pair->digest);
        HASH_ADD(hh, throttle->pairs, digest, sizeof pair->digest, pair);
    }
    pair->failures++;
    if (pair->failures >= GCT_THROTTLE_FREE) {
        unsigned doubled = pair->failures - GCT_THROTTLE_FREE;
        int64_t wait = doubled >= 10u ? GCT_THROTTLE_LONGEST_MS : INT64_C(1000) << doubled;
        pair->next_ms = now_mono_ms + (wait < GCT_THROTTLE_LONGEST_MS ? wait : GCT_THROTTLE_LONGEST_MS);
    }
}

void gct_throttle_passed(struct gct_throttle *throttle, struct gct_slice login, struct gct_slice address)
{
    struct pair *pair = find(throttle, login, address);
    if (pair != NULL) {
        forget(throttle, pair);
    }
}
