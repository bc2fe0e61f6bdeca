/* What SQLite itself can do: the statements that a customer's message takes in the steady state, and those of
 * a raw hook, on one thread without network, plugin, router or queue, FULL.
 *
 *   store_ceiling FILE BATCH [seconds]     prints {"full":rows a second,"inbox":rows a second} */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
#include "engagement/log.h"
#include "router/remote.h"
#include "store/statements.gen.h"
#include "store/store.h"

#define SENDERS 20000
#define LOG_BYTES ((int64_t)16 << 20)
#define TEXT_BYTES 540
#define BODY_BYTES 860

#define AS_TEXT(name, text) [GCT_SQL_##name] = (text),
static const char *const TEXTS[] = { GCT_SQL_TABLE(AS_TEXT) };

enum step { FIND, MESSAGE, LOG, CONVERSATION, TICKET, MARK, KEEP, RAW, STEP_COUNT };

struct bench {
    sqlite3 *db;
    sqlite3_stmt *steps[STEP_COUNT];
    char text[BODY_BYTES + 1];
    int64_t number;
    int64_t frames; /* of the log */
};

static void fail(struct bench *bench, const char *what)
{
    (void)fprintf(stderr, "store_ceiling: %s: %s\n", what, sqlite3_errmsg(bench->db));
    exit(1);
}

static void exec(struct bench *bench, const char *sql)
{
    if (sqlite3_exec(bench->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail(bench, sql);
    }
}

static void run(struct bench *bench, enum step step)
{
    int rc = sqlite3_step(bench->steps[step]);
    if ((rc != SQLITE_DONE && rc != SQLITE_ROW) || sqlite3_reset(bench->steps[step]) != SQLITE_OK) {
        fail(bench, "a statement");
    }
}

static void integer(struct bench *bench, enum step step, int place, int64_t value)
{
    (void)sqlite3_bind_int64(bench->steps[step], place, value);
}

static void text(struct bench *bench, enum step step, int place, const char *value, int len)
{
    (void)sqlite3_bind_text(bench->steps[step], place, value, len, SQLITE_STATIC);
}

/* A log entry: its times and names change; what is always null stays unbound. */
static void log_entry(struct bench *bench, int64_t sender, int64_t now_ms)
{
    const int64_t line[] = { GCT_ENGAGEMENT_MESSAGE_RECEIVED, now_ms, 0, 1, GCT_BY_CUSTOMER, sender };
    for (int i = 0; i < 6; i++) {
        integer(bench, LOG, i + 1, line[i]);
    }
    integer(bench, LOG, 8, sender);
    integer(bench, LOG, 9, GCT_ABOUT_TEXT);
    integer(bench, LOG, 10, 4);
    run(bench, LOG);
}

static void message(struct bench *bench)
{
    char remote[48];
    int64_t sender = bench->number * 7919 % SENDERS + 1;
    int64_t now_ms = gct_clock_wall_ms();
    int remote_len =
        snprintf(remote, sizeof remote, "m_%016llx_%lld",
                 (unsigned long long)bench->number * 0x9E3779B97F4A7C15ull, (long long)bench->number);
    integer(bench, FIND, 1, 1);
    text(bench, FIND, 2, remote, remote_len);
    int64_t key = remote_key((struct gct_slice){ remote, (size_t)remote_len }).integer;
    integer(bench, FIND, 3, key);
    run(bench, FIND);
    for (int place = 1; place <= 2; place++) {
        integer(bench, MESSAGE, place, sender);
    }
    integer(bench, MESSAGE, 3, 1);
    for (int place = 4; place <= 6; place++) {
        integer(bench, MESSAGE, place, 0);
    }
    text(bench, MESSAGE, 8, bench->text, TEXT_BYTES);
    text(bench, MESSAGE, 9, remote, remote_len);
    integer(bench, MESSAGE, 10, key);
    integer(bench, MESSAGE, 14, now_ms);
    integer(bench, MESSAGE, 15, now_ms);
    integer(bench, MESSAGE, 17, 1);
    integer(bench, MESSAGE, 20, 0);
    int refused = sqlite3_step(bench->steps[MESSAGE]) != SQLITE_DONE;
    (void)sqlite3_reset(bench->steps[MESSAGE]);
    if (refused) { /* another id has that number */
        integer(bench, MESSAGE, 20, bench->number);
        run(bench, MESSAGE);
    }
    int64_t id = sqlite3_last_insert_rowid(bench->db);
    log_entry(bench, sender, now_ms);
    const int64_t conversation[] = {
        sender, now_ms, now_ms + 86400000, 0, now_ms + 604800000, 0, 0, 0, 0, 0, 0, 0, 0, now_ms
    };
    for (int i = 0; i < 14; i++) {
        integer(bench, CONVERSATION, i + 1, conversation[i]);
    }
    text(bench, CONVERSATION, 4, "message", -1);
    run(bench, CONVERSATION);
    const int64_t ticket[] = { sender, now_ms, 0, bench->number, id, now_ms, now_ms + 86400000, 0, now_ms };
    for (int i = 0; i < 9; i++) {
        integer(bench, TICKET, i + 1, ticket[i]);
    }
    run(bench, TICKET);
}

static void raw(struct bench *bench)
{
    char digest[32];
    (void)snprintf(digest, sizeof digest, "%031lld", (long long)bench->number);
    text(bench, RAW, 1, "bench", -1);
    integer(bench, RAW, 2, bench->number);
    text(bench, RAW, 3, "", -1);
    text(bench, RAW, 4, "", -1);
    text(bench, RAW, 5, "[[\"content-type\",\"application/json\"]]", -1);
    (void)sqlite3_bind_blob(bench->steps[RAW], 6, bench->text, BODY_BYTES, SQLITE_STATIC);
    (void)sqlite3_bind_blob(bench->steps[RAW], 7, digest, sizeof digest, SQLITE_STATIC);
    integer(bench, RAW, 8, bench->number);
    run(bench, RAW);
}

static int on_commit(void *arg, sqlite3 *db, const char *name, int frames)
{
    (void)db;
    (void)name;
    ((struct bench *)arg)->frames = frames;
    return SQLITE_OK;
}

static double rate(struct bench *bench, void (*one)(struct bench *bench), int batch, double seconds)
{
    int64_t begin = gct_clock_mono_us();
    int64_t first = bench->number;
    while ((double)(gct_clock_mono_us() - begin) < seconds * 1e6) {
        exec(bench, "BEGIN IMMEDIATE");
        run(bench, MARK);
        for (int i = 0; i < batch; i++, bench->number++) {
            one(bench);
        }
        run(bench, KEEP);
        exec(bench, "COMMIT");
        if (bench->frames * 4096 > LOG_BYTES) {
            (void)sqlite3_wal_checkpoint_v2(bench->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
        }
    }
    return (double)(bench->number - first) * 1e6 / (double)(gct_clock_mono_us() - begin);
}

static void prepare(struct bench *bench, const char *path)
{
    static const enum gct_sql SQL[] = {
        [FIND] = GCT_SQL_message_by_remote, [MESSAGE] = GCT_SQL_message_insert,
        [LOG] = GCT_SQL_engagement_insert,  [CONVERSATION] = GCT_SQL_conversation_update,
        [TICKET] = GCT_SQL_ticket_touch,    [RAW] = GCT_SQL_inbox_insert
    };
    static const char rows[] =
        "BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
        "i < 20000)"
        " SELECT i FROM n;"
        "INSERT INTO channel VALUES (1, 'bench', 'messenger', 0);"
        "INSERT INTO account (id, channel_id, plugin, remote_id, name) VALUES (1, 1, 'messenger', '1', "
        "'bench');"
        "INSERT INTO contact (id, customer_key, created_ms, updated_ms) SELECT i, 'key' || i, 1, 1 FROM n;"
        "INSERT INTO engagement_source VALUES (1, 'messenger', '1');"
        "INSERT INTO engagement_key SELECT i, 'key' || i FROM n;"
        "INSERT INTO identity SELECT i, 1, '24680135' || i, i, 1 FROM n;"
        "INSERT INTO conversation (id, account_id, contact_id, person, created_ms) SELECT i, 1, i, i, 1 "
        "FROM n;"
        "INSERT INTO ticket (id, conversation_id, account_id, contact_id, status, last_message_ms, "
        "deadline_ms,"
        " created_ms, updated_ms) SELECT i, i, 1, i, 0, 1, 1, 1, 1 FROM n; COMMIT";
    struct gct_error err;
    struct gct_store *store = NULL;
    (void)unlink(path);
    if (gct_store_open(&(struct gct_store_options){ .path = path }, &store, &err) != GCT_OK) {
        (void)fprintf(stderr, "store_ceiling: %s\n", err.text);
        exit(1);
    }
    gct_store_close(&store); /* made the tables */
    if (sqlite3_open_v2(path, &bench->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        fail(bench, path);
    }
    exec(bench, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                "PRAGMA cache_size = -4096; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
    exec(bench, rows);
    (void)sqlite3_wal_hook(bench->db, on_commit, bench);
    for (int step = 0; step < STEP_COUNT; step++) {
        const char *sql = step == MARK ? "SAVEPOINT one" : step == KEEP ? "RELEASE one" : TEXTS[SQL[step]];
        if (sqlite3_prepare_v3(bench->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &bench->steps[step], NULL) !=
            SQLITE_OK) {
            fail(bench, sql);
        }
    }
    memset(bench->text, 'x', BODY_BYTES);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    int64_t batch = 0;
    int64_t seconds = 4;
    if (argc < 3 || gct_slice_integer(gct_slice_of(argv[2]), 1, INT32_MAX, &batch) != GCT_OK ||
        (argc > 3 && gct_slice_integer(gct_slice_of(argv[3]), 1, 3600, &seconds) != GCT_OK)) {
        (void)fprintf(stderr, "usage: store_ceiling FILE BATCH [seconds]\n");
        return 2;
    }
    prepare(&bench, argv[1]);
    double full = rate(&bench, message, (int)batch, (double)seconds);
    double inbox = rate(&bench, raw, (int)batch, (double)seconds);
    (void)printf("{\"full\":%.0f,\"inbox\":%.0f}\n", full, inbox);
    for (int step = 0; step < STEP_COUNT; step++) {
        (void)sqlite3_finalize(bench.steps[step]);
    }
    (void)sqlite3_close(bench.db);
    (void)unlink(argv[1]);
    return 0;
}
