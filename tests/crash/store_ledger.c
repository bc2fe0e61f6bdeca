/* A writer that can be killed: it says on its standard output what it gave to the store and what the store
 * answered, and later whoever reads that can look what is in the database.
 *
 *   store_ledger write PATH --first N --count N [--bytes N] [--no-reserve]   until COUNT answers were good,
 * or for ever store_ledger dump PATH --count N                                         keys below COUNT that
 * are in the database
 *
 * Lines: `up MS` (open after that long), `S n` (keys below n may have been given), `A n` (answered: durable),
 * `F n` (answered: not kept), `R n` (not taken), `closed`; `K n` (key is there), `sum N` (what a counter in
 * the same transactions says), `integrity ok`. */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/heap.h"
#include "base/slice.h"
#include "store/store.h"

/* Writes that are under way at the same time. */
#define WINDOW 32

struct ledger {
    struct gct_store *store;
    size_t bytes;
    sem_t room;
    atomic_ullong good;
};

struct entry {
    struct gct_write write;
    struct ledger *ledger;
    uint64_t key;
};

/* One line, one write(2): what is in the pipe is not lost with the process. */
static void say(const char *word, uint64_t number)
{
    char line[64];
    int len = snprintf(line, sizeof line, "%s %llu\n", word, (unsigned long long)number);
    if (write(STDOUT_FILENO, line, (size_t)len) != len)
        _exit(3);
}

static struct gct_slice key_text(uint64_t key, char room[32])
{
    (void)snprintf(room, 32, "ledger.%llu", (unsigned long long)key);
    return gct_slice_of(room);
}

static enum gct_status put(struct gct_db *db, struct gct_slice name, struct gct_slice value,
                           struct gct_error *err)
{
    return gct_db_run(db, GCT_SQL_setting_put, GCT_BIND(GCT_V_TEXT(name), GCT_V_TEXT(value)), err);
}

static enum gct_status get(struct gct_db *db, struct gct_slice name, int64_t fallback, int64_t *out,
                           struct gct_error *err)
{
    return gct_db_integer(db, GCT_SQL_setting_get, GCT_BIND(GCT_V_TEXT(name)), fallback, out, err);
}

/* The row and a counter: a transaction that was kept in part, or twice, shows in their difference. */
static enum gct_status entry_run(struct gct_write *write, struct gct_tx *tx, struct gct_error *err)
{
    struct entry *entry = GCT_STRUCT_OF(write, entry, write);
    struct gct_db *db = gct_tx_db(tx);
    char room[32];
    int64_t sum = 0;
    struct gct_slice name = key_text(entry->key, room);
    char *value = gct_arena_alloc(gct_tx_arena(tx), entry->ledger->bytes, 1u);
    memset(value, '1' + (int)(entry->key % 9u), entry->ledger->bytes);
    enum gct_status status = put(db, name, (struct gct_slice){ value, entry->ledger->bytes }, err);
    if (status == GCT_OK)
        status = get(db, GCT_LIT("ledger.sum"), 0, &sum, err);
    if (status != GCT_OK)
        return status;
    return put(db, GCT_LIT("ledger.sum"), gct_arena_format(gct_tx_arena(tx), "%lld", (long long)sum + 1),
               err);
}

static void entry_done(struct gct_write *write, enum gct_status status, const struct gct_error *err)
{
    struct entry *entry = GCT_STRUCT_OF(write, entry, write);
    struct ledger *ledger = entry->ledger;
    (void)err;
    say(status == GCT_OK ? "A" : "F", entry->key);
    if (status == GCT_OK)
        atomic_fetch_add(&ledger->good, 1u);
    free(entry);
    if (sem_post(&ledger->room) != 0)
        abort();
}

static void give(struct ledger *ledger, uint64_t key)
{
    struct entry *entry = gct_heap_new(sizeof *entry);
    entry->write = (struct gct_write){ .run = entry_run, .done = entry_done };
    entry->ledger = ledger;
    entry->key = key;
    while (sem_wait(&ledger->room) != 0) {}
    if (gct_store_write(ledger->store, &entry->write) != GCT_OK) {
        free(entry);
        say("R", key);
        if (sem_post(&ledger->room) != 0)
            abort();
        (void)usleep(20000);
    }
}

static void write_on(struct ledger *ledger, uint64_t first, uint64_t count)
{
    if (sem_init(&ledger->room, 0, WINDOW) != 0)
        abort();
    for (uint64_t key = first; count == 0 || atomic_load(&ledger->good) < count; key++) {
        if (key % WINDOW == 0 || key == first)
            say("S", key + WINDOW);
        give(ledger, key);
    }
    gct_store_close(&ledger->store);
    if (sem_destroy(&ledger->room) != 0)
        abort();
    say("closed", 0);
}

static enum gct_status dump_run(void *arg, struct gct_db *db, struct gct_error *err)
{
    uint64_t count = *(uint64_t *)arg;
    struct gct_rows *rows = NULL;
    char room[32];
    int64_t value = 0;
    enum gct_status status = GCT_OK;
    for (uint64_t key = 0; key < count && status == GCT_OK; key++) {
        status = get(db, key_text(key, room), -1, &value, err);
        if (status == GCT_OK && value != -1)
            say("K", key);
    }
    if (status == GCT_OK)
        status = get(db, GCT_LIT("ledger.sum"), 0, &value, err);
    if (status == GCT_OK)
        say("sum", (uint64_t)value);
    if (status == GCT_OK)
        status = gct_db_query(db, GCT_SQL_store_integrity, GCT_NO_VALUES, &rows, err);
    while (status == GCT_OK && (status = gct_rows_next(rows, err)) == GCT_OK) {
        (void)printf("integrity %.*s\n", GCT_ARG(gct_rows_bytes(rows, 0)));
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

int main(int argc, char **argv)
{
    uint64_t first = 0;
    uint64_t count = 0;
    struct gct_error err = { GCT_OK, "" };
    struct ledger ledger = { .bytes = 200 };
    struct gct_store_options options = { .path = argc > 2 ? argv[2] : "", .read_budget_ms = 60000 };
    int64_t begin = gct_clock_mono_ms();
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--no-reserve") == 0)
            options.reserve_bytes = -1;
        if (i + 1 == argc)
            continue;
        if (strcmp(argv[i], "--first") == 0)
            first = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--count") == 0)
            count = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--bytes") == 0)
            ledger.bytes = strtoull(argv[i + 1], NULL, 10);
    }
    if (argc < 3)
        return 2;
    (void)signal(SIGXFSZ, SIG_IGN);
    if (gct_store_open(&options, &ledger.store, &err) != GCT_OK)
        goto refused;
    say("up", (uint64_t)(gct_clock_mono_ms() - begin));
    if (strcmp(argv[1], "write") == 0) {
        write_on(&ledger, first, count);
    } else if (gct_store_read_wait(ledger.store, dump_run, &count, &err) != GCT_OK) {
        goto refused;
    }
    gct_store_close(&ledger.store);
    return 0;
refused:
    (void)fprintf(stderr, "%s\n", err.text);
    gct_store_close(&ledger.store);
    return 1;
}
