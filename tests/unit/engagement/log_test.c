#include "engagement/allowed.c"
#include "engagement/log.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#define KEY "gtim5nsoe5f67rnudi5cwjpr6i"

struct job {
    struct gct_engagement event;
    struct gct_slice channel;
    struct gct_slice customer;
    int64_t account;
    struct gct_error err;
};

static struct gct_store *store;
static char folder[64];
static char path[96];

static int open_store(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/guichet-log-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/guichet.db", folder);
    struct gct_store_options options = { .path = path };
    assert_int_equal(gct_store_open(&options, &store, &err), GCT_OK);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    gct_store_close(&store);
    (void)unlink(path);
    return rmdir(folder);
}

static enum gct_status write_run(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct job *job = arg;
    enum gct_status status = gct_engagement_source(tx, job->channel, job->account, &job->event.source, err);
    if (status == GCT_OK) {
        status = gct_engagement_customer(tx, job->customer, &job->event.customer, err);
    }
    return status == GCT_OK ? gct_engagement_write(tx, &job->event, err) : status;
}

static struct gct_engagement plain(void)
{
    return (struct gct_engagement){ .type = GCT_ENGAGEMENT_MESSAGE_RECEIVED,
                                    .actor = GCT_BY_CUSTOMER,
                                    .occurred_ms = 1,
                                    .kind = GCT_ABOUT_TEXT };
}

static enum gct_status write_event(struct gct_engagement event, char text[400])
{
    struct job job = {
        .event = event, .channel = GCT_LIT("messenger"), .account = 77, .customer = GCT_LIT(KEY)
    };
    enum gct_status status = gct_store_write_wait(store, write_run, &job, &job.err);
    (void)snprintf(text, 400, "%s", job.err.text);
    return status;
}

/* C-E-1: what must never stand in a field, whichever field it is put into. */
static const char *const HOSTILE[] = {
    "ana@example.org",
    "Ana <ana@example.org>",
    "ana (at) example.org",
    "https://example.org/x",
    "HTTP://EXAMPLE.ORG",
    "//cdn.example",
    "www.example",
    "WWW.example",
    "bit.ly/abc",
    "see example.com",
    "514 555 1234",
    "+1 (514) 555-1234",
    "5145551234",
    "06.12.34.56.78",
    "555-1234",
    "line\nbreak",
    "nul\x01",
    "\xff\xfe",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};

static void hostile_texts_are_refused_in_every_field(void **state)
{
    char text[400];
    (void)state;
    for (size_t h = 0; h < GCT_COUNT(HOSTILE); h++) {
        for (size_t f = 0; f < GCT_COUNT(FIELDS); f++) {
            struct gct_engagement event = plain();
            struct gct_slice value = gct_slice_of(HOSTILE[h]);
            memcpy((char *)&event + FIELDS[f].offset, &value, sizeof value);
            enum gct_status status = write_event(event, text);
            if (status != GCT_INVALID) {
                fail_msg("\"%s\" was taken in %s", HOSTILE[h], FIELDS[f].name);
            }
            assert_non_null(strstr(text, FIELDS[f].name));
            assert_null(strstr(text, HOSTILE[h])); /* never its value */
        }
    }
}

static void hostile_texts_name_no_channel_and_no_customer(void **state)
{
    (void)state;
    for (size_t h = 0; h < GCT_COUNT(HOSTILE); h++) {
        struct job job = {
            .event = plain(), .channel = GCT_LIT("messenger"), .account = 1, .customer = GCT_LIT(KEY)
        };
        job.channel = gct_slice_of(HOSTILE[h]);
        assert_int_equal(gct_store_write_wait(store, write_run, &job, &job.err), GCT_INVALID);
        assert_string_equal(job.err.text, "this channel may not stand in the engagement log");
        job.channel = GCT_LIT("messenger");
        job.customer = gct_slice_of(HOSTILE[h]);
        assert_int_equal(gct_store_write_wait(store, write_run, &job, &job.err), GCT_INVALID);
        assert_string_equal(job.err.text, "this customer may not stand in the engagement log");
    }
}

static enum gct_status write_bare(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_engagement_write(tx, arg, err);
}

static void a_line_has_a_source(void **state)
{
    struct gct_engagement event = plain();
    struct gct_error err;
    (void)state;
    assert_int_equal(gct_store_write_wait(store, write_bare, &event, &err), GCT_INVALID);
    event.source = 1;
    event.customer = -1;
    assert_int_equal(gct_store_write_wait(store, write_bare, &event, &err), GCT_INVALID);
}

static enum gct_status ask_numbers(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    int64_t *n = arg;
    assert_int_equal(gct_engagement_source(tx, GCT_LIT("messenger"), 5, &n[0], err), GCT_OK);
    assert_int_equal(gct_engagement_source(tx, GCT_LIT("messenger"), 6, &n[1], err), GCT_OK);
    assert_int_equal(gct_engagement_customer(tx, GCT_LIT("eeeeeeeeeeeeeeeeeeeeeeeeee"), &n[2], err), GCT_OK);
    return gct_engagement_customer(tx, GCT_LIT("ffffffffffffffffffffffffff"), &n[3], err);
}

static void a_number_stays(void **state)
{
    struct gct_error err;
    int64_t first[4], second[4];
    (void)state;
    assert_int_equal(gct_store_write_wait(store, ask_numbers, first, &err), GCT_OK);
    assert_int_equal(gct_store_write_wait(store, ask_numbers, second, &err), GCT_OK);
    assert_memory_equal(first, second, sizeof first);
    assert_int_not_equal(first[0], first[1]);
    assert_int_not_equal(first[2], first[3]);
}

static void numbers_outside_the_vocabulary_are_refused(void **state)
{
    char text[400];
    (void)state;
    struct gct_engagement event = plain();
    event.type = (enum gct_engagement_kind)0;
    assert_int_equal(write_event(event, text), GCT_INVALID);
    event = plain();
    event.type = (enum gct_engagement_kind)GCT_ENGAGEMENT_COUNT;
    assert_int_equal(write_event(event, text), GCT_INVALID);
    event = plain();
    event.actor = GCT_BY_COUNT;
    assert_int_equal(write_event(event, text), GCT_INVALID);
    event = plain();
    event.kind = GCT_ATTACHMENT_COUNT;
    assert_int_equal(write_event(event, text), GCT_INVALID);
    event = plain();
    event.score = 6;
    assert_int_equal(write_event(event, text), GCT_INVALID);
}

static void every_type_of_the_vocabulary_can_be_written(void **state)
{
    char text[400];
    (void)state;
    for (int type = 1; type < GCT_ENGAGEMENT_COUNT; type++) {
        struct gct_engagement event = plain();
        event.type = (enum gct_engagement_kind)type;
        event.campaign = GCT_LIT("spring-26");
        event.reason = GCT_LIT("window-closed");
        event.audience = GCT_LIT("\xc3\x89tudiants de 1re ann\xc3\xa9"
                                 "e");
        event.lang = GCT_LIT("fr");
        assert_int_equal(write_event(event, text), GCT_OK);
    }
}

static void lengths_fall_into_six_buckets(void **state)
{
    static const size_t EDGES[][2] = { { 0, 0 },    { 1, 1 },    { 20, 1 },   { 21, 2 },
                                       { 80, 2 },   { 81, 3 },   { 280, 3 },  { 281, 4 },
                                       { 1000, 4 }, { 1001, 5 }, { 64000, 5 } };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(EDGES); i++) {
        assert_int_equal(gct_engagement_length(EDGES[i][0]), EDGES[i][1]);
    }
}

static void a_campaign_is_a_code_or_nothing(void **state)
{
    char room[GCT_CAMPAIGN_TEXT];
    (void)state;
    assert_true(gct_slice_is(gct_engagement_campaign(GCT_LIT("Spring_26.b"), room), "spring_26.b"));
    assert_int_equal(gct_engagement_campaign(GCT_LIT("5145551234"), room).len, 0);
    assert_int_equal(gct_engagement_campaign(GCT_LIT("ana@example"), room).len, 0);
    assert_int_equal(gct_engagement_campaign(GCT_LIT("with space"), room).len, 0);
    assert_int_equal(gct_engagement_campaign(GCT_LIT("abcdefghijklmnopqrstuvwxyz0123456"), room).len, 0);
    assert_int_equal(gct_engagement_campaign(GCT_EMPTY, room).len, 0);
}

static void an_origin_follows_the_context(void **state)
{
    struct gct_context context = { .size = sizeof context, .kind = GCT_CONTEXT_AD };
    (void)state;
    assert_int_equal(gct_engagement_origin(NULL), GCT_ORIGIN_ORGANIC);
    assert_int_equal(gct_engagement_origin(&context), GCT_ORIGIN_AD);
    context.kind = GCT_CONTEXT_QR;
    assert_int_equal(gct_engagement_origin(&context), GCT_ORIGIN_QR);
    context.kind = GCT_CONTEXT_POSTBACK;
    assert_int_equal(gct_engagement_origin(&context), GCT_ORIGIN_ORGANIC);
}

/* The first column of the first row, or what the engine says against it. Recursive triggers as in our
 * handles. */
static const char *ask(const char *sql)
{
    static char text[400];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    int row = sqlite3_step(stmt) == SQLITE_ROW;
    (void)snprintf(text, sizeof text, "%s",
                   row ? (const char *)sqlite3_column_text(stmt, 0) : sqlite3_errmsg(db));
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return text;
}

static void assert_word(const char *family, int number, const char *word)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql, "SELECT word FROM engagement_word WHERE family = '%s' AND number = %d",
                   family, number);
    assert_string_equal(ask(sql), word);
}

static void the_schema_has_the_words_of_the_code(void **state)
{
    (void)state;
    int words = 0;
    for (int i = 1; i < GCT_ENGAGEMENT_COUNT; i++, words++) {
        assert_word("type", i, gct_engagement_type((enum gct_engagement_kind)i));
    }
#define CHECK_ACTOR(name, text) assert_word("actor", GCT_BY_##name, text), words++;
#define CHECK_ORIGIN(name, text)                                                                             \
    if (GCT_ORIGIN_##name != GCT_ORIGIN_NONE)                                                                \
        assert_word("origin", GCT_ORIGIN_##name, text), words++;
#define CHECK_KIND(name, value, text) assert_word("kind", value, text), words++;
    GCT_ENGAGEMENT_ACTOR_TABLE(CHECK_ACTOR)
    GCT_ATTACHMENT_TABLE(CHECK_KIND)
    GCT_ABOUT_TABLE(CHECK_KIND)
    GCT_ORIGIN_TABLE(CHECK_ORIGIN)
    char count[16];
    (void)snprintf(count, sizeof count, "%d", words);
    assert_string_equal(ask("SELECT count(*) FROM engagement_word"), count);
}

static void a_line_reads_as_it_was_written(void **state)
{
    char text[400];
    (void)state;
    struct gct_engagement event = plain();
    event.actor = GCT_BY_AGENT;
    event.agent = GCT_LIT("aaaaaaaaaaaaaaaaaaaaaaaaaa");
    event.person = GCT_LIT("bbbbbbbbbbbbbbbbbbbbbbbbbb");
    event.linked = GCT_LIT("cccccccccccccccccccccccccc");
    event.origin = GCT_ORIGIN_STORY;
    event.ticket = 9;
    event.has_length = 1;
    event.len_bucket = 4;
    event.media_ms = 1200;
    event.media_count = 2;
    event.public_ref = GCT_LIT("dddddddddddddddddddddddddd");
    event.target = GCT_LIT("018f3a00-0000-7000-8000-000000000001");
    event.flag = GCT_LIT("spam");
    event.score = 5;
    assert_int_equal(write_event(event, text), GCT_OK);
    assert_string_equal(
        ask("SELECT concat FROM (SELECT type || ' ' || occurred_ms || ' ' || channel || ' ' || account || ' "
            "' || actor"
            " || ' ' || customer || ' ' || agent || ' ' || ticket || ' ' || kind || ' ' || len_bucket || ' ' "
            "||"
            " media_ms || ' ' || media_count || ' ' || origin || ' ' || public_ref || ' ' || flag || ' ' || "
            "target"
            " || ' ' || score || ' ' || person || ' ' || linked || ' ' || schema AS concat"
            " FROM engagement_event ORDER BY seq DESC LIMIT 1)"),
        "message.received 1 messenger 77 agent " KEY " aaaaaaaaaaaaaaaaaaaaaaaaaa 9 text 4 1200 2 story "
        "dddddddddddddddddddddddddd spam 018f3a00-0000-7000-8000-000000000001 5 bbbbbbbbbbbbbbbbbbbbbbbbbb "
        "cccccccccccccccccccccccccc 1");
    assert_string_equal(
        ask("SELECT abs(recorded_ms / 1000 - strftime('%s', 'now')) < 60 FROM engagement_event"
            " ORDER BY seq DESC LIMIT 1"),
        "1");
}

static void what_few_lines_have_is_a_row_only_where_there_is_something(void **state)
{
    static const char DETAILS[] = "SELECT count(*) FROM engagement_detail";
    char text[400], before[16];
    (void)state;
    struct gct_engagement event = plain();
    event.reason = GCT_LIT("message");
    event.origin = GCT_ORIGIN_AD;
    (void)snprintf(before, sizeof before, "%s", ask(DETAILS));
    assert_int_equal(write_event(event, text), GCT_OK);
    assert_string_equal(ask(DETAILS), before);
    assert_string_equal(ask("SELECT reason || ' ' || origin FROM engagement_event ORDER BY seq DESC LIMIT 1"),
                        "message ad");
    event.campaign = GCT_LIT("spring-26");
    assert_int_equal(write_event(event, text), GCT_OK);
    assert_string_not_equal(ask(DETAILS), before);
    assert_string_equal(ask("SELECT campaign FROM engagement_event ORDER BY seq DESC LIMIT 1"), "spring-26");
}

/* Of a month that is over, the details go with the lines, also where foreign keys are off as in sqlite3's
 * shell. */
static void what_is_old_goes_with_its_details(void **state)
{
    static const char OLD[] = "INSERT INTO engagement_line (seq, type, occurred_ms, lag_ms, source, actor) "
                              "VALUES (9000, 12, 1, 0, 1, 0);"
                              "INSERT INTO engagement_detail (seq, score) VALUES (9000, 3);"
                              "DELETE FROM engagement_line WHERE seq = 9000";
    static const char *const KEYS[] = { "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(KEYS); i++) {
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, KEYS[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, OLD, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_string_equal(ask("SELECT count(*) FROM engagement_line WHERE seq = 9000"), "0");
        assert_string_equal(ask("SELECT count(*) FROM engagement_detail WHERE seq = 9000"), "0");
    }
}

static void events_have_ids_of_their_own(void **state)
{
    static const char SHAPE[] = "SELECT count(*) FROM engagement_event WHERE event_id NOT LIKE"
                                " '________-____-7___-____-____________' OR substr(event_id, 20, 1) NOT IN"
                                " ('8', '9', 'a', 'b') OR event_id GLOB '*[^-0-9a-f]*'";
    char text[400];
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(write_event(plain(), text), GCT_OK);
    }
    assert_string_equal(ask(SHAPE), "0");
    assert_string_equal(
        ask("SELECT count(*) = count(DISTINCT event_id) AND count(*) > 2 FROM engagement_event"), "1");
}

static void nothing_in_the_log_can_be_changed(void **state)
{
    static const char *const CHANGES[] = {
        "UPDATE engagement_line SET ticket = 1",
        "DELETE FROM engagement_line",
        "INSERT OR REPLACE INTO engagement_line SELECT * FROM engagement_line",
        "UPDATE engagement_detail SET score = 1",
        "DELETE FROM engagement_detail",
        "INSERT OR REPLACE INTO engagement_detail (seq, score) SELECT max(seq), 1 FROM engagement_line",
        "INSERT INTO engagement_detail (seq, score) SELECT max(seq) - 1, 1 FROM engagement_line",
        "INSERT INTO engagement_detail (seq, score) SELECT max(seq) + 1, 1 FROM engagement_line",
        "UPDATE engagement_word SET word = 'x'",
        "DELETE FROM engagement_word",
        "INSERT OR REPLACE INTO engagement_word (family, number, word) VALUES ('type', 12, 'x')",
        "UPDATE engagement_source SET channel = 'x'",
        "DELETE FROM engagement_source",
        "INSERT OR REPLACE INTO engagement_source (id, channel, account) VALUES (1, 'x', '1')",
        "UPDATE engagement_key SET key = 'x'",
        "DELETE FROM engagement_key",
        "INSERT OR REPLACE INTO engagement_key (id, key) VALUES (1, 'x')",
        "UPDATE engagement_node SET node = 'x'",
        "DELETE FROM engagement_node",
        "INSERT INTO engagement_node (node) VALUES ('x')",
    };
    char text[400];
    (void)state;
    struct gct_engagement event = plain();
    assert_int_equal(write_event(event, text), GCT_OK);
    event.score = 5;
    assert_int_equal(write_event(event, text), GCT_OK);
    for (size_t i = 0; i < GCT_COUNT(CHANGES); i++) {
        const char *words = ask(CHANGES[i]);
        if (strcmp(words, "the engagement log is append only") != 0)
            fail_msg("%s: %s", CHANGES[i], words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_texts_are_refused_in_every_field),
        cmocka_unit_test(hostile_texts_name_no_channel_and_no_customer),
        cmocka_unit_test(a_line_has_a_source),
        cmocka_unit_test(a_number_stays),
        cmocka_unit_test(numbers_outside_the_vocabulary_are_refused),
        cmocka_unit_test(every_type_of_the_vocabulary_can_be_written),
        cmocka_unit_test(the_schema_has_the_words_of_the_code),
        cmocka_unit_test(a_line_reads_as_it_was_written),
        cmocka_unit_test(what_few_lines_have_is_a_row_only_where_there_is_something),
        cmocka_unit_test(what_is_old_goes_with_its_details),
        cmocka_unit_test(events_have_ids_of_their_own),
        cmocka_unit_test(nothing_in_the_log_can_be_changed),
        cmocka_unit_test(lengths_fall_into_six_buckets),
        cmocka_unit_test(a_campaign_is_a_code_or_nothing),
        cmocka_unit_test(an_origin_follows_the_context),
    };
    return cmocka_run_group_tests_name("engagement/log", tests, open_store, close_store);
}
