/* Fills a database with customers' messages, through the store and the router: what the queries are measured
 * on.
 *
 *   seed FILE PAGE messages customers first total
 *
 * Messages (number first and those that follow, of total in all) come five at a time from one customer after
 * the other, a minute apart: 126 bytes of everyday words; times spread over 400 days that end now. Account
 * and channel are those of the configuration that the gateway will run with. */
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/slice.h"
#include "router/ingest.h"
#include "store/store_priv.h"

#define TEXT_ROOM 160u

struct hook {
    struct gct_write write;
    struct bench *bench;
    struct gct_event_message event;
    int64_t lag_ms;
    char remote_id[48];
    char customer[32];
    char text[TEXT_ROOM];
};

struct bench {
    struct gct_store *store;
    struct gct_directory *directory;
    sem_t room;
    atomic_ulong failed;
    const char *page;
    uint64_t customers;
    uint64_t total;
    int64_t now_ms;
};

#define SPAN_MS (400 * GCT_DAY_MS)
#define FLIGHT 256u
#define BURST 5u

/* Words of which texts are made; how often each comes falls with its place, as in a language. */
static const char *const WORDS[] = { "bonjour", "la",        "de",       "mon",    "colis",   "commande",
                                     "the",     "is",        "merci",    "order",  "pour",    "une",
                                     "my",      "livraison", "taille",   "when",   "retour",  "quand",
                                     "store",   "blue",      "rouge",    "vélo",   "tente",   "boots",
                                     "échange", "refund",    "size",     "hiver",  "adresse", "magasin",
                                     "lampe",   "ticket",    "facture",  "kayak",  "promo",   "gants",
                                     "couleur", "zipper",    "garantie", "réchaud" };

static enum gct_status hook_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct hook *hook = GCT_STRUCT_OF(write, hook, write);
    struct gct_ingest_counts counts = { 0 };
    tx->now_ms = hook->event.head.at_ms + hook->lag_ms; /* or all would have come 400 days late */
    const struct gct_event *event = &hook->event.head;
    return gct_ingest_events(tx, hook->bench->directory, gct_directory_at(hook->bench->directory, 0), &event,
                             1, &counts, err);
}

static void hook_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct hook *hook = GCT_STRUCT_OF(write, hook, write);
    if (status != GCT_OK && atomic_fetch_add(&hook->bench->failed, 1u) == 0) {
        (void)fprintf(stderr, "seed: %s\n", err->text);
    }
    (void)sem_post(&hook->bench->room);
}

static enum gct_status sync_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

static uint64_t mix(uint64_t n)
{
    n = (n ^ (n >> 30)) * 0xBF58476D1CE4E5B9u;
    n = (n ^ (n >> 27)) * 0x94D049BB133111EBu;
    return n ^ (n >> 31);
}

static size_t write_text(char *room, uint64_t number)
{
    size_t len = (size_t)snprintf(room, TEXT_ROOM, "n%llu", (unsigned long long)number);
    for (uint64_t i = 0; len < 126u; i++) {
        uint64_t random = mix(number * 64u + i);
        uint64_t place = (random % GCT_COUNT(WORDS)) * ((random >> 32) % GCT_COUNT(WORDS)) / GCT_COUNT(WORDS);
        len += (size_t)snprintf(room + len, TEXT_ROOM - len, " %s", WORDS[place]);
    }
    return len;
}

static void fill(struct hook *hook, uint64_t number)
{
    const struct bench *bench = hook->bench;
    struct gct_event_message *event = &hook->event;
    uint64_t customer = number / BURST % bench->customers;
    uint64_t burst = number - number % BURST;
    int64_t age = SPAN_MS - (int64_t)((double)burst / (double)bench->total * (double)SPAN_MS);
    age -= (int64_t)(number % BURST) * GCT_MINUTE_MS;
    hook->lag_ms = 100 + (int64_t)(number % 900u);
    (void)snprintf(hook->remote_id, sizeof hook->remote_id, "m_%016llx%016llx",
                   (unsigned long long)mix(number), (unsigned long long)number);
    (void)snprintf(hook->customer, sizeof hook->customer, "24680135%08llu", (unsigned long long)customer);
    *event = (struct gct_event_message){
        .head = { .size = sizeof *event,
                  .kind = GCT_EVENT_MESSAGE,
                  .account = gct_slice_of(bench->page),
                  .customer = gct_slice_of(hook->customer),
                  .key = gct_slice_of(hook->remote_id),
                  .at_ms = bench->now_ms - age,
                  .opener = GCT_LIT("message") },
        .author = GCT_AUTHOR_CUSTOMER,
        .remote_id = gct_slice_of(hook->remote_id),
        .text = { hook->text, write_text(hook->text, number) },
    };
}

static int run(struct bench *bench, uint64_t first, uint64_t messages)
{
    struct hook *hooks = gct_heap_array(FLIGHT, sizeof *hooks);
    /* Writes end in the order in which they were given, so the ring's next place is free when there is room.
     */
    for (uint64_t i = 0; i < messages; i++) {
        struct hook *hook = &hooks[i % FLIGHT];
        (void)sem_wait(&bench->room);
        *hook = (struct hook){ .write = { .run = hook_run, .done = hook_done }, .bench = bench };
        fill(hook, first + i);
        if (gct_store_write(bench->store, &hook->write) != GCT_OK) {
            (void)fprintf(stderr, "seed: the store takes no more\n");
            return 1;
        }
    }
    for (unsigned i = 0; i < FLIGHT; i++) {
        (void)sem_wait(&bench->room);
    }
    free(hooks);
    return atomic_load(&bench->failed) == 0 ? 0 : 1;
}

/* Until everything can be found. */
static void wait_for_index(struct bench *bench)
{
    struct gct_store_stats stats = { .index_lag = 1 };
    for (int calm = 0; calm < 3;) {
        (void)usleep(300000);
        gct_store_stats(bench->store, &stats);
        calm = stats.index_lag == 0 ? calm + 1 : 0;
    }
}

int main(int argc, char **argv)
{
    static const struct gct_rule WINDOW = { sizeof WINDOW, GCT_RULE_WINDOW, GCT_DAY_MS, "2026-05-05",
                                            "bench" };
    static const struct gct_rule *const RULES[] = { &WINDOW };
    static const struct gct_ext_rules TABLE = { .size = sizeof TABLE, .rules = RULES, .rule_count = 1 };
    struct bench bench = { .now_ms = gct_clock_wall_ms() };
    struct gct_error err = { GCT_OK, "" };
    if (argc != 7) {
        (void)fprintf(stderr, "usage: seed FILE PAGE messages customers first total\n");
        return 2;
    }
    const struct gct_account_settings account = { .id = gct_slice_of(argv[2]) };
    const struct gct_channel_settings channel = { .name = { GCT_TEXT("maple-messenger") },
                                                  .plugin = { GCT_TEXT("messenger") },
                                                  .accounts = &account,
                                                  .account_count = 1 };
    struct gct_directory_entry entry = { .settings = &channel, .rules = &TABLE };
    struct gct_store_options options = { .path = argv[1] };
    bench.page = argv[2];
    bench.customers = strtoull(argv[4], NULL, 10);
    bench.total = strtoull(argv[6], NULL, 10);
    bench.directory = gct_directory_new(&(struct gct_directory_options){ .entries = &entry, .count = 1 });
    (void)sem_init(&bench.room, 0, FLIGHT);
    if (gct_store_open(&options, &bench.store, &err) != GCT_OK ||
        gct_store_write_wait(bench.store, sync_run, bench.directory, &err) != GCT_OK) {
        (void)fprintf(stderr, "seed: %s\n", err.text);
        return 1;
    }
    int status = run(&bench, strtoull(argv[5], NULL, 10), strtoull(argv[3], NULL, 10));
    wait_for_index(&bench);
    gct_store_close(&bench.store);
    gct_directory_free(&bench.directory);
    return status;
}
