/* How many customers' messages a second become rows: the router's step and apply on a real file, without
 * network and plugin. Writes are given to the store as hooks give them, each with one message, so many at a
 * time.
 *
 * Usage: ingest_rate FOLDER [messages] [customers] [in flight]. One line: messages, customers, in flight,
 * seconds, messages a second. */
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

struct hook {
    struct gct_write write;
    struct bench *bench;
    struct gct_event_message event;
    char remote_id[48];
    char customer[24];
};

struct bench {
    struct gct_store *store;
    struct gct_directory *directory;
    sem_t room;
    atomic_ulong failed;
};

static const char TEXT[] = "Bonjour, ma commande n'est pas encore arriv\xc3\xa9"
                           "e, pouvez-vous v\xc3\xa9rifier o\xc3\xb9 elle est ?";

static enum gct_status hook_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct hook *hook = GCT_STRUCT_OF(write, hook, write);
    struct gct_ingest_counts counts = { 0 };
    const struct gct_event *event = &hook->event.head;
    return gct_ingest_events(tx, hook->bench->directory, gct_directory_at(hook->bench->directory, 0), &event,
                             1, &counts, err);
}

static void hook_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct hook *hook = GCT_STRUCT_OF(write, hook, write);
    if (status != GCT_OK && atomic_fetch_add(&hook->bench->failed, 1u) == 0) {
        (void)fprintf(stderr, "ingest_rate: %s\n", err->text);
    }
    (void)sem_post(&hook->bench->room);
}

static enum gct_status sync_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

static void fill(struct hook *hook, unsigned long number, unsigned long customers)
{
    struct gct_event_message *event = &hook->event;
    (void)snprintf(hook->remote_id, sizeof hook->remote_id, "m_%016lx", number * 0x9E3779B97F4A7C15ul);
    (void)snprintf(hook->customer, sizeof hook->customer, "7%015lu", number % customers);
    *event = (struct gct_event_message){
        .head = { .size = sizeof *event,
                  .kind = GCT_EVENT_MESSAGE,
                  .account = GCT_LIT("100"),
                  .customer = gct_slice_of(hook->customer),
                  .key = gct_slice_of(hook->remote_id),
                  .at_ms = gct_clock_wall_ms(),
                  .opener = GCT_LIT("message") },
        .author = GCT_AUTHOR_CUSTOMER,
        .remote_id = gct_slice_of(hook->remote_id),
        .text = gct_slice_of(TEXT),
    };
}

static int run(struct bench *bench, unsigned long messages, unsigned long customers, unsigned long flight)
{
    struct hook *hooks = gct_heap_array(flight, sizeof *hooks);
    int64_t start = gct_clock_mono_us();
    /* Writes end in the order in which they were given, so the ring's next place is free when there is room.
     */
    for (unsigned long i = 0; i < messages; i++) {
        struct hook *hook = &hooks[i % flight];
        (void)sem_wait(&bench->room);
        *hook = (struct hook){ .write = { .run = hook_run, .done = hook_done }, .bench = bench };
        fill(hook, i, customers);
        if (gct_store_write(bench->store, &hook->write) != GCT_OK) {
            (void)fprintf(stderr, "ingest_rate: the store's queue is full\n");
            return 1;
        }
    }
    for (unsigned long i = 0; i < flight; i++) {
        (void)sem_wait(&bench->room);
    }
    double seconds = (double)(gct_clock_mono_us() - start) / 1e6;
    struct gct_store_stats stats;
    gct_store_stats(bench->store, &stats);
    (void)printf("messages=%lu customers=%lu in_flight=%lu seconds=%.2f rate=%.0f commits=%lu\n", messages,
                 customers, flight, seconds, (double)messages / seconds, (unsigned long)stats.commits);
    free(hooks);
    return atomic_load(&bench->failed) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const struct gct_rule WINDOW = { sizeof WINDOW, GCT_RULE_WINDOW, GCT_DAY_MS, "2026-05-05",
                                            "bench" };
    static const struct gct_rule *const RULES[] = { &WINDOW };
    static const struct gct_ext_rules TABLE = { .size = sizeof TABLE, .rules = RULES, .rule_count = 1 };
    static const struct gct_account_settings ACCOUNT = { .id = { GCT_TEXT("100") } };
    static const struct gct_channel_settings CHANNEL = { .name = { GCT_TEXT("bench") },
                                                         .plugin = { GCT_TEXT("messenger") },
                                                         .accounts = &ACCOUNT,
                                                         .account_count = 1 };
    struct bench bench = { 0 };
    struct gct_error err = { GCT_OK, "" };
    char path[512];
    if (argc < 2) {
        (void)fprintf(stderr, "usage: ingest_rate FOLDER [messages] [customers] [in flight]\n");
        return 2;
    }
    unsigned long messages = argc > 2 ? strtoul(argv[2], NULL, 10) : 200000ul;
    unsigned long customers = argc > 3 ? strtoul(argv[3], NULL, 10) : 5000ul;
    unsigned long flight = argc > 4 ? strtoul(argv[4], NULL, 10) : 256ul;
    (void)snprintf(path, sizeof path, "%s/ingest_rate.db", argv[1]);
    (void)unlink(path);
    struct gct_store_options options = { .path = path };
    struct gct_directory_entry entry = { .settings = &CHANNEL, .rules = &TABLE };
    bench.directory = gct_directory_new(&(struct gct_directory_options){ .entries = &entry, .count = 1 });
    (void)sem_init(&bench.room, 0, (unsigned)flight);
    if (gct_store_open(&options, &bench.store, &err) != GCT_OK ||
        gct_store_write_wait(bench.store, sync_run, bench.directory, &err) != GCT_OK) {
        (void)fprintf(stderr, "ingest_rate: %s\n", err.text);
        return 1;
    }
    int status = run(&bench, messages, customers, flight);
    gct_store_close(&bench.store);
    gct_directory_free(&bench.directory);
    return status;
}
