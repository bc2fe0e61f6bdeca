/* A desk for tests of the router: a store on a real file, a directory with two accounts (one of them reached
 * through two channels), a clock that the test sets, and short words for events. */
#ifndef GUICHET_TESTS_UNIT_ROUTER_DESK_H
#define GUICHET_TESTS_UNIT_ROUTER_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <guichet/guichet.h>

#include "base/buffer.h"
#include "base/slice.h"
#include "router/actions.h"
#include "router/chores.h"
#include "router/delivery.h"
#include "router/ingest.h"
#include "store/store_priv.h"

#define T0 INT64_C(1767225600000)
#define SLICE(text) gct_slice_of(text)

struct desk {
    char folder[64];
    char path[96];
    struct gct_store *store;
    struct gct_directory *directory;
    struct gct_arena *arena;
    struct gct_ingest_counts counts;
    struct gct_refusal refusal;
    struct gct_error err;
    int64_t now_ms;
    int64_t user, other_user;
    sqlite3 *raw; /* to look at the rows from outside */
};

static const struct gct_rule DESK_RULE[] = {
    { sizeof(struct gct_rule), GCT_RULE_WINDOW, GCT_DAY_MS, "2026-05-05", "page" },
    { sizeof(struct gct_rule), GCT_RULE_HUMAN_WINDOW, 7 * GCT_DAY_MS, "2026-05-05", "page" },
    { sizeof(struct gct_rule), GCT_RULE_TEXT_LIMIT, 20, "2026-05-05", "page" },
    { sizeof(struct gct_rule), GCT_RULE_TEXT_UNIT, GCT_UNIT_UTF16, "2026-05-05", "page" },
    { sizeof(struct gct_rule), GCT_RULE_REPLY_TO, 1, "2026-05-05", "page" },
    { sizeof(struct gct_rule), GCT_RULE_ECHOES, 1, "2026-05-05", "page" },
};
static const struct gct_rule *const DESK_RULES[] = { &DESK_RULE[0], &DESK_RULE[1], &DESK_RULE[2],
                                                     &DESK_RULE[3], &DESK_RULE[4], &DESK_RULE[5] };
static const struct gct_rule_attachment DESK_IMAGE = {
    .size = sizeof DESK_IMAGE, .kind = GCT_ATTACHMENT_IMAGE, .inbound = 1, .outbound = 1
};
static const struct gct_rule_attachment *const DESK_KINDS[] = { &DESK_IMAGE };
static const struct gct_ext_rules DESK_TABLE = { .size = sizeof DESK_TABLE,
                                                 .rules = DESK_RULES,
                                                 .rule_count = 6,
                                                 .attachments = DESK_KINDS,
                                                 .attachment_count = 1 };

static const struct gct_account_settings DESK_ACCOUNTS[] = { { .id = { GCT_TEXT("100") } },
                                                             { .id = { GCT_TEXT("200") } } };
static const struct gct_channel_settings DESK_CHANNELS[] = {
    { .name = { GCT_TEXT("maple") },
      .plugin = { GCT_TEXT("messenger") },
      .accounts = DESK_ACCOUNTS,
      .account_count = 2 },
    { .name = { GCT_TEXT("maple-2") },
      .plugin = { GCT_TEXT("messenger") },
      .accounts = DESK_ACCOUNTS,
      .account_count = 1 },
};

struct desk_job {
    struct desk *desk;
    enum gct_status (*run)(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err);
    void *arg;
};

static enum gct_status desk_job_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct desk_job *job = arg;
    if (job->desk->now_ms != 0) {
        tx->now_ms = job->desk->now_ms;
    }
    return job->run(job->desk, tx, job->arg, err);
}

/* One write at the desk's time. */
static enum gct_status desk_write(struct desk *desk,
                                  enum gct_status (*run)(struct desk *desk, struct gct_tx *tx, void *arg,
                                                         struct gct_error *err),
                                  void *arg)
{
    struct desk_job job = { desk, run, arg };
    return gct_store_write_wait(desk->store, desk_job_run, &job, &desk->err);
}

static void desk_ok(struct desk *desk, enum gct_status status)
{
    if (status != GCT_OK) {
        fail_msg("%s: %s", gct_status_name(status), desk->err.text);
    }
}

static enum gct_status desk_sync(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)arg;
    return gct_directory_sync(tx, desk->directory, err);
}

static GCT_UNUSED void desk_sql(struct desk *desk, const char *sql)
{
    char *words = NULL;
    if (sqlite3_exec(desk->raw, sql, NULL, NULL, &words) != SQLITE_OK) {
        fail_msg("%s: %s", sql, words);
    }
}

static GCT_UNUSED int64_t desk_number(struct desk *desk, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(desk->raw, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(desk->raw));
    }
    int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    (void)sqlite3_finalize(statement);
    return number;
}

/* All rows as text, "a|b" a line, in the desk's arena; NULL is "-". */
static GCT_UNUSED const char *desk_text(struct desk *desk, const char *sql)
{
    struct gct_buffer out = { 0 };
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(desk->raw, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(desk->raw));
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            gct_buffer_add_format(&out, "%s%s", i == 0 ? (out.len > 0 ? "\n" : "") : "|",
                                  text == NULL ? "-" : text);
        }
    }
    (void)sqlite3_finalize(statement);
    const char *text = gct_arena_cstr(desk->arena, gct_buffer_slice(&out));
    gct_buffer_free(&out);
    assert_non_null(text);
    return text;
}

static int desk_open(void **state)
{
    static char nobody;
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    (void)snprintf(desk->folder, sizeof desk->folder, "/tmp/guichet-desk-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    (void)snprintf(desk->path, sizeof desk->path, "%s/guichet.db", desk->folder);
    struct gct_store_options options = { .path = desk->path };
    desk_ok(desk, gct_store_open(&options, &desk->store, &desk->err));
    struct gct_directory_entry entries[2] = {
        { .settings = &DESK_CHANNELS[0],
          .instance = (struct gct_instance *)(void *)&nobody,
          .rules = &DESK_TABLE },
        { .settings = &DESK_CHANNELS[1],
          .instance = (struct gct_instance *)(void *)&nobody,
          .rules = &DESK_TABLE },
    };
    desk->directory = gct_directory_new(&(struct gct_directory_options){ .entries = entries, .count = 2 });
    desk->arena = gct_arena_new((size_t)64 << 20);
    desk->now_ms = T0;
    assert_int_equal(sqlite3_open(desk->path, &desk->raw), SQLITE_OK);
    (void)sqlite3_busy_timeout(desk->raw, 5000);
    desk_ok(desk, desk_write(desk, desk_sync, NULL));
    desk_sql(desk, "INSERT INTO user (id, login, name, role, password, agent_key, created_ms) VALUES"
                   "(1, 'ana', 'Ana', 0, '', 'aaaaaaaaaaaaaaaaaaaaaaaaaa', 0),"
                   "(2, 'ben', 'Ben', 0, '', 'bbbbbbbbbbbbbbbbbbbbbbbbbb', 0)");
    desk->user = 1;
    desk->other_user = 2;
    *state = desk;
    return 0;
}

static int desk_close(void **state)
{
    static const char *const NAMES[] = { "guichet.db", "guichet.db-wal", "guichet.db-shm" };
    struct desk *desk = *state;
    char path[160];
    /* Whatever a test did, the file is whole and its references hold. */
    assert_string_equal(desk_text(desk, "PRAGMA integrity_check"), "ok");
    assert_string_equal(desk_text(desk, "PRAGMA foreign_key_check"), "");
    (void)sqlite3_close(desk->raw);
    gct_store_close(&desk->store);
    gct_directory_free(&desk->directory);
    gct_arena_free(&desk->arena);
    for (size_t i = 0; i < GCT_COUNT(NAMES); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", desk->folder, NAMES[i]);
        (void)unlink(path);
    }
    (void)rmdir(desk->folder);
    free(desk);
    return 0;
}

/* ---- events ---- */

static struct gct_event desk_head(uint32_t kind, size_t size, const char *key, int64_t at_ms)
{
    return (struct gct_event){ .size = (uint32_t)size,
                               .kind = kind,
                               .account = SLICE("100"),
                               .customer = SLICE("c1"),
                               .key = SLICE(key),
                               .at_ms = at_ms };
}

#define DESK_EVENT(desk, tag, event_kind, key, at)                                                           \
    struct tag *event = GCT_ARENA_NEW((desk)->arena, tag);                                                   \
    event->head = desk_head((event_kind), sizeof *event, (key), (at))

static GCT_UNUSED struct gct_event_message *desk_message(struct desk *desk, const char *id, const char *text,
                                                         int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_message, GCT_EVENT_MESSAGE, id, at_ms);
    event->head.opener = SLICE("message");
    event->author = GCT_AUTHOR_CUSTOMER;
    event->remote_id = SLICE(id);
    event->text = SLICE(text);
    return event;
}

static GCT_UNUSED struct gct_event_message *desk_echo(struct desk *desk, const char *id, const char *text,
                                                      const char *mark, int64_t at_ms)
{
    struct gct_event_message *event = desk_message(desk, id, text, at_ms);
    event->head.opener = GCT_EMPTY;
    event->author = GCT_AUTHOR_EXTERNAL;
    event->metadata = SLICE(mark);
    return event;
}

static GCT_UNUSED struct gct_event *desk_edit(struct desk *desk, const char *key, const char *id,
                                              const char *text, int64_t revision, int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_edit, GCT_EVENT_EDIT, key, at_ms);
    event->remote_id = SLICE(id);
    event->text = SLICE(text);
    event->revision = revision;
    return &event->head;
}

static GCT_UNUSED struct gct_event *desk_unsend(struct desk *desk, const char *key, const char *id,
                                                int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_unsend, GCT_EVENT_UNSEND, key, at_ms);
    event->remote_id = SLICE(id);
    return &event->head;
}

/* emoji NULL: the reaction is taken back. */
static GCT_UNUSED struct gct_event *desk_reaction(struct desk *desk, const char *key, const char *id,
                                                  const char *emoji, int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_reaction, GCT_EVENT_REACTION, key, at_ms);
    event->head.opener = emoji == NULL ? GCT_EMPTY : SLICE("reaction");
    event->author = GCT_AUTHOR_CUSTOMER;
    event->removed = emoji == NULL;
    event->sentiment = GCT_SENTIMENT_POSITIVE;
    event->remote_id = SLICE(id);
    event->emoji = SLICE(emoji);
    return &event->head;
}

static GCT_UNUSED struct gct_event *desk_receipt(struct desk *desk, const char *key, uint32_t kind,
                                                 const char *id, int64_t watermark_ms, int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_receipt, GCT_EVENT_RECEIPT, key, at_ms);
    struct gct_slice *ids = GCT_ARENA_NEW(desk->arena, gct_slice);
    *ids = SLICE(id);
    event->state = kind;
    event->remote_ids = ids;
    event->remote_id_count = id == NULL ? 0 : 1;
    event->watermark_ms = watermark_ms;
    return &event->head;
}

static GCT_UNUSED struct gct_event *desk_referral(struct desk *desk, const char *key, const char *ref,
                                                  int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_referral, GCT_EVENT_REFERRAL, key, at_ms);
    struct gct_context *context = GCT_ARENA_NEW(desk->arena, gct_context);
    *context = (struct gct_context){ .size = sizeof *context, .kind = GCT_CONTEXT_LINK, .ref = SLICE(ref) };
    event->head.opener = SLICE("referral");
    event->context = context;
    return &event->head;
}

static GCT_UNUSED struct gct_event *desk_handover(struct desk *desk, const char *key, uint32_t handover,
                                                  int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_handover, GCT_EVENT_HANDOVER, key, at_ms);
    event->state = handover;
    event->to_app = SLICE("app");
    return &event->head;
}

static GCT_UNUSED struct gct_event *desk_consent(struct desk *desk, const char *key, uint32_t granted,
                                                 int64_t at_ms)
{
    DESK_EVENT(desk, gct_event_consent, GCT_EVENT_CONSENT, key, at_ms);
    event->granted = granted;
    event->topic = SLICE("News");
    return &event->head;
}

/* ---- acts
 * ----------------------------------------------------------------------------------------------------------
 */

struct desk_hook {
    const char *channel;
    const struct gct_event *const *events;
    size_t count;
    enum gct_status status;
    enum gct_translation_fault fault;
    const char *body;
};

static enum gct_status desk_hook_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    const struct desk_hook *job = arg;
    struct gct_header header = { SLICE("Content-Type"), SLICE("application/json") };
    struct gct_http_request request = { .size = sizeof request,
                                        .method = SLICE("POST"),
                                        .path = SLICE("/"),
                                        .query = SLICE("a=1"),
                                        .headers = &header,
                                        .header_count = 1,
                                        .body = SLICE(job->body == NULL ? "{}" : job->body) };
    struct gct_hook hook = { .channel = SLICE(job->channel),
                             .request = &request,
                             .arrived_ms = desk->now_ms };
    struct gct_translation translation = { .kind = GCT_DECODE,
                                           .status = job->status,
                                           .fault = job->fault,
                                           .reason = SLICE("said so"),
                                           .events = (const struct gct_event **)(void *)job->events,
                                           .event_count = job->count };
    return gct_ingest_translation(tx, desk->directory, &hook, &translation, &desk->counts, err);
}

/* One hook of channel "maple" with these events. */
static GCT_UNUSED void desk_hook(struct desk *desk, const struct gct_event *const *events, size_t count)
{
    struct desk_hook job = { .channel = "maple", .events = events, .count = count };
    desk_ok(desk, desk_write(desk, desk_hook_run, &job));
}

static GCT_UNUSED void desk_event(struct desk *desk, const struct gct_event *event)
{
    desk_hook(desk, &event, 1);
}

struct desk_reply {
    struct gct_new_message request;
    struct gct_action_result result;
};

static enum gct_status desk_reply_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct desk_reply *job = arg;
    return gct_action_message(tx, desk->directory, &job->request, &job->result, &desk->refusal, err);
}

/* A reply by user 1 to the ticket; gives the message's number, 0 when it was refused. */
static GCT_UNUSED int64_t desk_reply(struct desk *desk, int64_t ticket, const char *text)
{
    struct desk_reply job = { .request = { .actor = { GCT_ACTOR_USER, desk->user },
                                           .ticket = ticket,
                                           .kind = GCT_KIND_MESSAGE,
                                           .text = SLICE(text) } };
    return desk_write(desk, desk_reply_run, &job) == GCT_OK ? job.result.message : 0;
}

struct desk_claim {
    struct gct_outgoing *out;
    size_t count;
    size_t limit;
};

static enum gct_status desk_claim_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct desk_claim *job = arg;
    return gct_outbox_claim(tx, desk->directory, 1, job->limit == 0 ? 10 : job->limit, desk->arena, &job->out,
                            &job->count, err);
}

static GCT_UNUSED struct desk_claim desk_claim(struct desk *desk)
{
    struct desk_claim job = { 0 };
    desk_ok(desk, desk_write(desk, desk_claim_run, &job));
    return job;
}

static enum gct_status desk_chores_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    return gct_router_chores(tx, desk->directory, arg, err);
}

static GCT_UNUSED int desk_chores(struct desk *desk)
{
    int more = 0;
    desk_ok(desk, desk_write(desk, desk_chores_run, &more));
    return more;
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

/* A write: user 1 sets the status of ticket 1; arg is the status. */
static GCT_UNUSED enum gct_status desk_status_run(struct desk *desk, struct gct_tx *tx, void *arg,
                                                  struct gct_error *err)
{
    struct gct_action_result result;
    struct gct_ticket_patch patch = { .actor = { GCT_ACTOR_USER, 1 },
                                      .ticket = 1,
                                      .set = GCT_PATCH_STATUS,
                                      .status = *(const enum gct_ticket_status *)arg };
    return gct_action_patch(tx, desk->directory, &patch, &result, &desk->refusal, err);
}

#endif
