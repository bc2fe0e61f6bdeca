#include "router/thread/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/slice.h"

/* The key of the table is the account's number and the customer's id, in a row behind the struct. */
#define KEY_ROOM 520u

static size_t key_of(char key[KEY_ROOM], int64_t account, struct gct_slice customer)
{
    GCT_CHECK(customer.len <= KEY_ROOM - sizeof account);
    memcpy(key, &account, sizeof account);
    if (customer.len > 0) {
        memcpy(key + sizeof account, customer.ptr, customer.len);
    }
    return sizeof account + customer.len;
}

struct thread *cache_find(const struct thread_cache *cache, int64_t account, struct gct_slice customer)
{
    char key[KEY_ROOM];
    size_t len = key_of(key, account, customer);
    struct thread *thread = NULL;
    HASH_FIND(hh, cache->threads, key, len, thread);
    return thread;
}

struct thread *cache_add(struct thread_cache *cache, int64_t account, struct gct_slice customer)
{
    struct thread *thread = gct_heap_new(sizeof *thread + sizeof account + customer.len);
    char *key = (char *)(thread + 1);
    char room[KEY_ROOM];
    size_t len = key_of(room, account, customer);
    memcpy(key, room, len);
    thread->account = account;
    thread->customer = (struct gct_slice){ key + sizeof account, customer.len };
    HASH_ADD_KEYPTR(hh, cache->threads, key, len, thread);
    return thread;
}

/* The elements hold on to each other after their table is gone. */
static void cache_free(void *memory)
{
    struct thread_cache *cache = memory;
    struct thread *thread = cache->threads;
    struct cached_account *account = cache->accounts;
    HASH_CLEAR(hh, cache->threads);
    HASH_CLEAR(hh, cache->accounts);
    while (thread != NULL) {
        struct thread *next = thread->hh.next;
        free(thread);
        thread = next;
    }
    while (account != NULL) {
        struct cached_account *next = account->hh.next;
        free(account);
        account = next;
    }
    free(cache);
}

void route_begin(struct route *route, struct gct_tx *tx, const struct gct_directory *directory,
                 struct gct_ingest_counts *counts)
{
    *route = (struct route){ .tx = tx,
                             .db = gct_tx_db(tx),
                             .directory = directory,
                             .now_ms = gct_tx_now_ms(tx),
                             .counts = counts,
                             .cache = gct_tx_cache(tx) };
    if (route->cache != NULL && HASH_COUNT(route->cache->threads) > THREAD_CACHE_LIMIT) {
        gct_tx_set_cache(tx, NULL, NULL);
        route->cache = NULL;
    }
    if (route->cache == NULL) {
        route->cache = gct_heap_new(sizeof *route->cache);
        route->cache->parked = -1;
        gct_tx_set_cache(tx, route->cache, cache_free);
    }
}

enum gct_status cache_account(struct route *route, int64_t account, struct cached_account **out,
                              struct gct_error *err)
{
    struct thread_cache *cache = route->cache;
    struct gct_rows *rows = NULL;
    int64_t source = 0;
    HASH_FIND(hh, cache->accounts, &account, sizeof account, *out);
    if (*out != NULL) {
        return GCT_OK;
    }
    enum gct_status status =
        gct_db_query(route->db, GCT_SQL_account_plugin, GCT_BIND(GCT_V_INT(account)), &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    if (status == GCT_OK) {
        status = gct_engagement_source(route->tx, gct_rows_bytes(rows, 0), account, &source, err);
    } else if (status == GCT_DONE) {
        status = gct_error_set(err, GCT_NOT_FOUND, "there is no account %lld", (long long)account);
    }
    gct_rows_close(&rows);
    if (status == GCT_OK) {
        struct cached_account *known = gct_heap_new(sizeof *known);
        *known = (struct cached_account){ .id = account, .source = source };
        HASH_ADD(hh, cache->accounts, id, sizeof known->id, known);
        *out = known;
    }
    return status;
}

enum gct_status route_heard(struct route *route, int64_t account, struct gct_error *err)
{
    struct cached_account *known = NULL;
    enum gct_status status = cache_account(route, account, &known, err);
    if (status != GCT_OK || route->now_ms - known->heard_ms < GCT_SECOND_MS) {
        return status;
    }
    known->heard_ms = route->now_ms;
    return gct_db_run(route->db, GCT_SQL_account_heard,
                      GCT_BIND(GCT_V_INT(account), GCT_V_INT(route->now_ms)), err);
}

enum gct_status route_parked(struct route *route, int64_t **count, struct gct_error *err)
{
    *count = &route->cache->parked;
    return **count >= 0 ? GCT_OK
                        : gct_db_integer(route->db, GCT_SQL_parked_count, GCT_NO_VALUES, 0, *count, err);
}

void route_count_parked(struct route *route)
{
    route->cache->parked = -1;
}
