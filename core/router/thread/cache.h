/* The cache's own struct, for the files of this folder. */
#ifndef GUICHET_CORE_ROUTER_THREAD_CACHE_H
#define GUICHET_CORE_ROUTER_THREAD_CACHE_H

#include "router/thread/thread.h"

/* About 400 bytes each: a cache that is full is thrown away whole. To read a thread anew takes a tenth of the
 * time of a message. */
#define THREAD_CACHE_LIMIT 8000u

struct cached_account {
    UT_hash_handle hh;
    int64_t id;
    int64_t heard_ms; /* last_in_ms as written */
    int64_t source;   /* the engagement log's number of it */
};

struct thread_cache {
    struct thread *threads;
    struct thread *dirty;
    struct cached_account *accounts;
    int64_t parked; /* rows in parked; -1: not counted yet */
};

/* The account's memory. */
GCT_NODISCARD enum gct_status cache_account(struct route *route, int64_t account, struct cached_account **out,
                                            struct gct_error *err);

/* A struct for the customer, in the cache, all zero but its key. */
struct thread *cache_add(struct thread_cache *cache, int64_t account, struct gct_slice customer);
struct thread *cache_find(const struct thread_cache *cache, int64_t account, struct gct_slice customer);

#endif
