#include "engagement/allowed.c"
#include "engagement/log.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define KEY "gtim5nsoe5f67rnudi5cwjpr6i"

struct job {
    struct gct_engagement event;
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
    return gct_engagement_write(tx, &job->event, err);
}

static struct gct_engagement plain(void)
{
    return (struct gct_engagement){ .type = GCT_ENGAGEMENT_MESSAGE_RECEIVED,
                                    .actor = GCT_BY_CUSTOMER,
                                    .occurred_ms = 1,
                                    .channel = GCT_LIT("messenger"),
                                    .account = 1,
                                    .customer = GCT_LIT(KEY),
                                    .kind = GCT_LIT("text") };
}

static enum gct_status write_event(struct gct_engagement event, char text[400])
{
    struct job job = { .event = event };
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
    event.score = 6;
    assert_int_equal(write_event(event, text), GCT_INVALID);
    event = plain();
    event.channel = GCT_EMPTY;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_texts_are_refused_in_every_field),
        cmocka_unit_test(numbers_outside_the_vocabulary_are_refused),
        cmocka_unit_test(every_type_of_the_vocabulary_can_be_written),
        cmocka_unit_test(lengths_fall_into_six_buckets),
        cmocka_unit_test(a_campaign_is_a_code_or_nothing),
        cmocka_unit_test(an_origin_follows_the_context),
    };
    return cmocka_run_group_tests_name("engagement/log", tests, open_store, close_store);
}
