/* A stage for tests of the sender: a store on a real file, the Messenger plugin in process, a platform that
 * does what a test says, customers who have written, and agents' replies. Real time, short limits. */
#ifndef GUICHET_TESTS_UNIT_EGRESS_STAGE_H
#define GUICHET_TESTS_UNIT_EGRESS_STAGE_H

#include <dirent.h>
#include <stdatomic.h>

#include "egress/platform.h"

#include <sqlite3.h>

#include "base/buffer.h"
#include "base/log.h"
#include "egress/sender.h"
#include "router/actions.h"
#include "router/delivery.h"
#include "router/ingest.h"

#define STAGE_PATIENCE_MS 20000

struct stage {
    char folder[64];
    char path[96];
    char run_dir[96];
    char base[64];
    struct platform platform;
    struct gct_slice app_secret, verify_token, tokens[2], api_base;
    struct gct_option channel_options[3], account_options[2][1];
    struct gct_account_settings accounts[2];
    struct gct_channel_settings channel;
    struct gct_registry *registry;
    struct gct_store *store;
    struct gct_directory_slot *slot;
    struct gct_sender *sender;
    _Atomic(struct gct_sender *) hears;
    atomic_int working;
    struct gct_error err;
    sqlite3 *raw;
    unsigned customers;
};

static GCT_UNUSED int64_t stage_number(struct stage *stage, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(stage->raw, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(stage->raw));
    }
    int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    (void)sqlite3_finalize(statement);
    return number;
}

static void stage_ok(struct stage *stage, enum gct_status status)
{
    if (status != GCT_OK) {
        fail_msg("%s: %s", gct_status_name(status), stage->err.text);
    }
}

/* Waits until the query gives the number. */
static GCT_UNUSED void stage_wait(struct stage *stage, const char *sql, int64_t number)
{
    int64_t until = gct_clock_mono_ms() + STAGE_PATIENCE_MS;
    int64_t now = 0;
    while ((now = stage_number(stage, sql)) != number) {
        if (gct_clock_mono_ms() > until) {
            fail_msg("%s gives %lld, not %lld", sql, (long long)now, (long long)number);
        }
        (void)usleep(5000);
    }
}

static GCT_UNUSED void stage_wait_heard(struct stage *stage, size_t count)
{
    int64_t until = gct_clock_mono_ms() + STAGE_PATIENCE_MS;
    while (platform_count(&stage->platform) < count) {
        if (gct_clock_mono_ms() > until) {
            fail_msg("the platform heard %zu requests, not %zu", platform_count(&stage->platform), count);
        }
        (void)usleep(2000);
    }
}

#define STAGE_SENT "SELECT count(*) FROM message WHERE direction = 1 AND delivery = 2"
#define STAGE_FAILED "SELECT count(*) FROM message WHERE direction = 1 AND delivery = 5"
#define STAGE_QUEUED "SELECT count(*) FROM outbox WHERE state = 0"
#define STAGE_ON_ITS_WAY "SELECT count(*) FROM outbox WHERE state = 1"
#define STAGE_WAITING "SELECT count(*) FROM outbox WHERE state = 2"

static void stage_effects(void *arg, const struct gct_effect *effects, size_t count)
{
    struct stage *stage = arg;
    struct gct_sender *sender = atomic_load(&stage->hears);
    if (sender != NULL) {
        gct_sender_effects(sender, effects, count);
    }
}

static void stage_state(void *arg, int working)
{
    struct stage *stage = arg;
    atomic_store(&stage->working, working);
}

static enum gct_status stage_sync(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

static void stage_settings(struct stage *stage)
{
    static const char *const tokens[] = { "token-of-maple", "token-of-birch" };
    static const char *const ids[] = { "100", "200" };
    stage->app_secret = gct_slice_of("app-secret");
    stage->verify_token = gct_slice_of("word");
    stage->api_base = gct_slice_of(stage->base);
    stage->channel_options[0] = (struct gct_option){
        .name = GCT_LIT("app_secret"), .values = &stage->app_secret, .value_count = 1, .file = "f"
    };
    stage->channel_options[1] = (struct gct_option){
        .name = GCT_LIT("verify_token"), .values = &stage->verify_token, .value_count = 1, .file = "f"
    };
    stage->channel_options[2] = (struct gct_option){
        .name = GCT_LIT("api_base"), .values = &stage->api_base, .value_count = 1, .file = "f"
    };
    for (size_t i = 0; i < 2u; i++) {
        stage->tokens[i] = gct_slice_of(tokens[i]);
        stage->account_options[i][0] = (struct gct_option){
            .name = GCT_LIT("token"), .values = &stage->tokens[i], .value_count = 1, .file = "f"
        };
        stage->accounts[i] = (struct gct_account_settings){ .id = gct_slice_of(ids[i]),
                                                            .options = stage->account_options[i],
                                                            .option_count = 1 };
    }
    stage->channel = (struct gct_channel_settings){ .name = GCT_LIT("maple"),
                                                    .plugin = GCT_LIT("messenger"),
                                                    .options = stage->channel_options,
                                                    .option_count = 3,
                                                    .accounts = stage->accounts,
                                                    .account_count = 2,
                                                    .file = "f" };
}

static void stage_store(struct stage *stage)
{
    const struct gct_store_options options = {
        .path = stage->path, .reserve_bytes = -1, .on_effects = stage_effects, .arg = stage
    };
    stage_ok(stage, gct_store_open(&options, &stage->store, &stage->err));
}

/* A store with one channel of two accounts ("100", "200"), and a platform with this script. */
static GCT_UNUSED struct stage *stage_open(void (*script)(struct platform *platform,
                                                          const struct platform_heard *heard,
                                                          struct platform_says *says))
{
    struct stage *stage = calloc(1, sizeof *stage);
    struct gct_instance *instance = NULL;
    assert_non_null(stage);
    gct_log_start(GCT_LOG_LOGFMT, GCT_LEVEL_ERROR);
    (void)snprintf(stage->folder, sizeof stage->folder, "/tmp/guichet-egress-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    (void)snprintf(stage->path, sizeof stage->path, "%s/guichet.db", stage->folder);
    (void)snprintf(stage->run_dir, sizeof stage->run_dir, "%s", stage->folder);
    platform_begin(&stage->platform, 0, script);
    stage->platform.tells_nothing = 1; /* who is who, most tests do not ask */
    (void)snprintf(stage->base, sizeof stage->base, "http://127.0.0.1:%u", stage->platform.port);
    stage_settings(stage);
    const struct gct_registry_options registry = { .plugin_dir = GCT_BINARY_DIR "/plugins",
                                                   .run_dir = stage->run_dir,
                                                   .backend = "inproc",
                                                   .deadline_ms = 2000 };
    stage_ok(stage, gct_registry_new(&registry, &stage->registry, &stage->err));
    stage_ok(stage, gct_registry_open(stage->registry, &stage->channel, &instance, &stage->err));
    stage_store(stage);
    const struct gct_directory_entry entry = { .settings = &stage->channel,
                                               .api_base = gct_instance_api_base(instance),
                                               .instance = instance,
                                               .rules = gct_instance_rules(instance) };
    struct gct_directory *directory =
        gct_directory_new(&(struct gct_directory_options){ .entries = &entry, .count = 1 });
    stage_ok(stage, gct_store_write_wait(stage->store, stage_sync, directory, &stage->err));
    stage->slot = gct_directory_slot_new();
    gct_directory_set(stage->slot, directory);
    assert_int_equal(sqlite3_open(stage->path, &stage->raw), SQLITE_OK);
    (void)sqlite3_busy_timeout(stage->raw, 5000);
    return stage;
}

static GCT_UNUSED void stage_close(struct stage *stage)
{
    if (stage->sender != NULL) {
        gct_sender_stop(stage->sender);
    }
    gct_store_close(&stage->store);
    gct_sender_free(&stage->sender);
    (void)sqlite3_close(stage->raw);
    gct_directory_slot_free(&stage->slot);
    gct_registry_free(&stage->registry);
    platform_end(&stage->platform);
    DIR *folder = opendir(stage->folder);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", stage->folder, entry->d_name);
        (void)unlink(path);
    }
    (void)closedir(folder);
    (void)rmdir(stage->folder);
    free(stage);
}

static GCT_UNUSED void stage_send(struct stage *stage, struct gct_sender_limits limits)
{
    const struct gct_sender_options options = { .store = stage->store,
                                                .directory = stage->slot,
                                                .on_state = stage_state,
                                                .arg = stage,
                                                .limits = limits };
    stage_ok(stage, gct_sender_new(&options, &stage->sender, &stage->err));
    atomic_store(&stage->hears, stage->sender);
    gct_sender_start(stage->sender);
}

/* ---- customers and agents ---- */

struct stage_words {
    struct stage *stage;
    const char *account, *customer, *text;
    const char *url; /* of an image; NULL: none */
    int by_us;       /* an echo of what was written elsewhere */
    int64_t result;
};

static enum gct_status stage_customer_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct stage_words *words = arg;
    struct gct_ingest_counts counts = { 0 };
    struct gct_directory *directory = gct_directory_get(words->stage->slot);
    char id[40];
    (void)snprintf(id, sizeof id, "m_%u", ++words->stage->customers);
    struct gct_event_message event = { .head = { .size = sizeof event,
                                                 .kind = GCT_EVENT_MESSAGE,
                                                 .account = gct_slice_of(words->account),
                                                 .customer = gct_slice_of(words->customer),
                                                 .key = gct_slice_of(id),
                                                 .at_ms = gct_tx_now_ms(tx) - 1000,
                                                 .opener = words->by_us ? GCT_EMPTY : GCT_LIT("message") },
                                       .author = words->by_us ? GCT_AUTHOR_EXTERNAL : GCT_AUTHOR_CUSTOMER,
                                       .remote_id = gct_slice_of(id),
                                       .text = GCT_LIT("Hello") };
    const struct gct_event *events[] = { &event.head };
    enum gct_status st =
        gct_ingest_events(tx, directory, gct_directory_at(directory, 0), events, 1, &counts, err);
    gct_directory_free(&directory);
    return st;
}

static GCT_UNUSED void stage_customer(struct stage *stage, const char *account, const char *customer)
{
    struct stage_words words = { .stage = stage, .account = account, .customer = customer };
    stage_ok(stage, gct_store_write_wait(stage->store, stage_customer_run, &words, &stage->err));
}

/* Somebody of ours writes to the customer in the platform's own application. */
static GCT_UNUSED void stage_echo(struct stage *stage, const char *account, const char *customer)
{
    struct stage_words words = { .stage = stage, .account = account, .customer = customer, .by_us = 1 };
    stage_ok(stage, gct_store_write_wait(stage->store, stage_customer_run, &words, &stage->err));
}

static enum gct_status stage_reply_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct stage_words *words = arg;
    struct gct_action_result result = { 0 };
    struct gct_refusal refusal = { 0 };
    struct gct_directory *directory = gct_directory_get(words->stage->slot);
    const struct gct_new_attachment image = { .kind = GCT_ATTACHMENT_IMAGE, .url = gct_slice_of(words->url) };
    const struct gct_new_message message = { .actor = { .kind = GCT_ACTOR_SYSTEM },
                                             .ticket = words->result,
                                             .kind = GCT_KIND_MESSAGE,
                                             .text = gct_slice_of(words->text),
                                             .attachments = words->url == NULL ? NULL : &image,
                                             .attachment_count = words->url == NULL ? 0 : 1 };
    enum gct_status st = gct_action_message(tx, directory, &message, &result, &refusal, err);
    gct_directory_free(&directory);
    if (st == GCT_CONFLICT) {
        (void)gct_error_set(err, GCT_CONFLICT, "%s: %s", gct_problem_info(refusal.problem)->slug,
                            refusal.detail);
    }
    words->result = result.message;
    return st;
}

/* A reply to the customer's live ticket; gives its message. url: of an image, or NULL. */
static GCT_UNUSED int64_t stage_reply(struct stage *stage, const char *customer, const char *text,
                                      const char *url)
{
    char sql[300];
    (void)snprintf(sql, sizeof sql,
                   "SELECT t.id FROM ticket t JOIN conversation v ON v.id = t.conversation_id "
                   "JOIN identity i ON i.id = v.id WHERE i.remote_id = '%s'",
                   customer);
    struct stage_words words = {
        .stage = stage, .text = text, .url = url, .result = stage_number(stage, sql)
    };
    assert_true(words.result > 0);
    stage_ok(stage, gct_store_write_wait(stage->store, stage_reply_run, &words, &stage->err));
    return words.result;
}

/* ---- what a platform says ---- */

/* The platform took it; the id is the request's number. */
static GCT_UNUSED void says_sent(const struct platform *platform, struct platform_says *says)
{
    says->act = PLATFORM_ANSWER;
    says->status = 200;
    (void)snprintf(says->body, sizeof says->body, "{\"recipient_id\":\"1\",\"message_id\":\"mid_%zu\"}",
                   platform->count);
}

static GCT_UNUSED void says_error(struct platform_says *says, unsigned status, int code)
{
    says->act = PLATFORM_ANSWER;
    says->status = status;
    (void)snprintf(says->body, sizeof says->body,
                   "{\"error\":{\"message\":\"x\",\"type\":\"OAuthException\",\"code\":%d}}", code);
}

static GCT_UNUSED void all_is_well(struct platform *platform, const struct platform_heard *heard,
                                   struct platform_says *says)
{
    (void)heard;
    says_sent(platform, says);
}

#endif
