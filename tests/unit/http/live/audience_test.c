#include "http/live/audience.c"

#include "cmocka_all.h"

static unsigned heard[8];
static struct client consoles[8];

void feed_client_send(struct client *client, struct gct_blob *blob)
{
    (void)blob;
    heard[client - consoles]++;
}

static const int64_t FIRST[] = { 1 };
static const int64_t BOTH[] = { 1, 2 };
static const struct gct_principal EVERYTHING = { .role = GCT_ROLE_ADMIN };
static const struct gct_principal ONE = { .role = GCT_ROLE_AGENT,
                                          .scope = { .accounts = FIRST, .account_count = 1 } };
static const struct gct_principal TWO = { .role = GCT_ROLE_AGENT,
                                          .scope = { .accounts = BOTH, .account_count = 2 } };
static const struct gct_principal TEAM = { .role = GCT_ROLE_AGENT,
                                           .scope = { .teams = BOTH, .team_count = 2 } };

static void join(struct gct_feed *feed, unsigned number, const struct gct_principal *who)
{
    consoles[number] = (struct client){ .feed = feed, .who = who };
    audience_join(&consoles[number]);
}

static unsigned audiences(struct gct_feed *feed)
{
    struct audience *audience;
    unsigned count = 0;
    DL_COUNT(feed->audiences, audience, count);
    return count;
}

static void assert_reached(struct gct_feed *feed, struct reach reach, const struct client *but,
                           const char *expected)
{
    char text[9] = "";
    memset(heard, 0, sizeof heard);
    audience_send(feed, &reach, NULL, but);
    for (size_t i = 0; i < strlen(expected); i++) {
        text[i] = (char)('0' + heard[i]);
    }
    assert_string_equal(text, expected);
}

static void assert_heard(struct gct_feed *feed, int64_t account, int64_t team, const struct client *but,
                         const char *expected)
{
    assert_reached(feed, (struct reach){ REACH_OBJECT, account, team, 0 }, but, expected);
}

static void consoles_of_the_same_rights_are_one_audience_and_each_hears_what_it_may(void **state)
{
    (void)state;
    struct gct_feed *feed = calloc(1, sizeof *feed);
    join(feed, 0, &EVERYTHING);
    join(feed, 1, &ONE);
    join(feed, 2, &TWO);
    join(feed, 3, &ONE);
    join(feed, 4, &TEAM);
    assert_int_equal(audiences(feed), 4);
    assert_heard(feed, 0, 0, NULL, "11111");
    assert_heard(feed, 1, 0, NULL, "11110");
    assert_heard(feed, 2, 0, NULL, "10100");
    assert_heard(feed, 3, 2, NULL, "10001");
    assert_heard(feed, 1, 0, &consoles[3], "11100");
    for (unsigned i = 0; i < 5u; i++) {
        const struct reach second = { REACH_OBJECT, 2, 0, 0 };
        assert_int_equal(feed_visible(&consoles[i], &second), i == 0 || i == 2);
    }
    audience_leave(&consoles[1]);
    assert_heard(feed, 1, 0, NULL, "10110");
    audience_leave(&consoles[3]);
    assert_int_equal(audiences(feed), 3);
    assert_heard(feed, 1, 0, NULL, "10100");
    audience_leave(&consoles[0]);
    audience_leave(&consoles[2]);
    audience_leave(&consoles[4]);
    assert_null(feed->audiences);
    free(feed);
}

/* regression: a channel with all its accounts went to whoever sees one of them, and never to a team */
static void a_channel_is_whole_for_the_unlimited_and_a_hint_for_the_others(void **state)
{
    (void)state;
    struct gct_feed *feed = calloc(1, sizeof *feed);
    join(feed, 0, &EVERYTHING);
    join(feed, 1, &ONE);
    join(feed, 2, &TWO);
    join(feed, 3, &TEAM);
    assert_reached(feed, (struct reach){ REACH_UNLIMITED, 2, 0, 0 }, NULL, "1000");
    assert_reached(feed, (struct reach){ REACH_LIMITED, 2, 0, 0 }, NULL, "0011");
    for (unsigned i = 0; i < 4u; i++) {
        audience_leave(&consoles[i]);
    }
    free(feed);
}

static void a_ticket_that_left_is_gone_for_who_saw_it_and_does_not_now(void **state)
{
    (void)state;
    struct gct_feed *feed = calloc(1, sizeof *feed);
    join(feed, 0, &EVERYTHING);
    join(feed, 1, &TEAM);
    assert_reached(feed, (struct reach){ REACH_LEFT, 1, 2, 3 }, NULL, "01");
    assert_reached(feed, (struct reach){ REACH_LEFT, 1, 2, 0 }, NULL, "01");
    assert_reached(feed, (struct reach){ REACH_LEFT, 1, 2, 1 }, NULL, "00");
    assert_reached(feed, (struct reach){ REACH_LEFT, 1, 3, 4 }, NULL, "00");
    audience_leave(&consoles[0]);
    audience_leave(&consoles[1]);
    free(feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consoles_of_the_same_rights_are_one_audience_and_each_hears_what_it_may),
        cmocka_unit_test(a_channel_is_whole_for_the_unlimited_and_a_hint_for_the_others),
        cmocka_unit_test(a_ticket_that_left_is_gone_for_who_saw_it_and_does_not_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
