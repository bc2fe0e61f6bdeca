#include "egress/pump/call.c"

#include "egress/stage.h"

/* What the platform does with the first request; the others go well. */
static void first_only(struct platform *platform, const struct platform_heard *heard,
                       struct platform_says *says)
{
    const struct platform_says *first = platform->arg;
    (void)heard;
    says_sent(platform, says);
    if (platform->count == 1u) {
        *says = *first;
    }
}

static struct stage *open_with(struct platform_says *first)
{
    struct stage *stage = stage_open(first_only);
    stage->platform.arg = first;
    stage_customer(stage, "100", "c1");
    return stage;
}

static void an_answer_that_is_cut_off_is_never_asked_for_again(void **state)
{
    static const enum platform_act acts[] = { PLATFORM_CUT, PLATFORM_HALF };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(acts); i++) {
        struct platform_says first = { .act = acts[i], .status = 200, .body = "{\"message_id\":\"mid_0\"}" };
        struct stage *stage = open_with(&first);
        stage_send(stage, (struct gct_sender_limits){ 0 });
        (void)stage_reply(stage, "c1", "words", NULL);
        stage_wait(stage, STAGE_WAITING, 1);
        (void)usleep(300000);
        assert_int_equal(platform_count(&stage->platform), 1);
        assert_int_equal(stage_number(stage, STAGE_SENT), 0);
        struct gct_sender_stats stats;
        gct_sender_stats(stage->sender, &stats);
        assert_int_equal(stats.unclear, 1);
        stage_close(stage);
    }
}

static void a_platform_that_hangs_leaves_the_reply_in_doubt_and_others_go_on(void **state)
{
    struct platform_says first = { .act = PLATFORM_HANG };
    struct stage *stage = open_with(&first);
    (void)state;
    stage_send(stage, (struct gct_sender_limits){ .total_ms = 700 });
    (void)stage_reply(stage, "c1", "words", NULL);
    stage_wait_heard(stage, 1);
    stage_customer(stage, "200", "c2");
    (void)stage_reply(stage, "c2", "words", NULL);
    stage_wait(stage, STAGE_SENT, 1);
    assert_int_equal(stage_number(stage, STAGE_ON_ITS_WAY), 1);
    stage_wait(stage, STAGE_WAITING, 1);
    assert_int_equal(platform_count(&stage->platform), 2);
    stage_close(stage);
}

static void a_lost_token_stops_the_account_and_keeps_its_queue(void **state)
{
    struct platform_says first = { 0 };
    struct stage *stage = open_with(&first);
    (void)state;
    says_error(&first, 400, 190);
    stage_customer(stage, "100", "c2");
    stage_customer(stage, "200", "c3");
    stage_send(stage, (struct gct_sender_limits){ .replies_per_account = 1 });
    (void)stage_reply(stage, "c1", "words", NULL);
    stage_wait(stage, "SELECT state FROM account WHERE id = 1", GCT_ACCOUNT_AUTHORITY_LOST);
    stage_wait(stage, STAGE_QUEUED, 1);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM account WHERE error_code = '190' AND "
                                         "error_text LIKE '%token%'"),
                     1);
    /* Attempts are not counted, and nothing of the account is tried any more; the other account goes on. */
    assert_int_equal(stage_number(stage, "SELECT attempts FROM outbox"), 0);
    (void)stage_reply(stage, "c3", "words", NULL);
    stage_wait(stage, STAGE_SENT, 1);
    (void)usleep(200000);
    assert_int_equal(platform_count(&stage->platform), 2);
    gct_sender_reloaded(stage->sender);
    stage_wait(stage, STAGE_SENT, 2);
    assert_int_equal(platform_count(&stage->platform), 3);
    stage_close(stage);
}

static void a_limit_is_obeyed_within_a_second_and_an_hour(void **state)
{
    static const struct {
        const char *header;
        int64_t least_ms, most_ms;
    } cases[] = {
        { "Retry-After: -1\r\n", 1000, 70000 },
        { "Retry-After: 1000000000000\r\n", 3500000, 3600000 },
        { "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", 1000, 70000 },
        { "Retry-After: 0\r\n", 900, 70000 },
        { "Retry-After: 7200\r\n", 3500000, 3600000 },
        { NULL, 1000, 70000 },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct platform_says first = { .status = 429, .headers = cases[i].header };
        struct stage *stage = open_with(&first);
        stage_send(stage, (struct gct_sender_limits){ 0 });
        int64_t before = gct_clock_wall_ms();
        (void)stage_reply(stage, "c1", "words", NULL);
        stage_wait(stage, "SELECT count(*) FROM account WHERE paused_until_ms > 0", 1);
        int64_t until = stage_number(stage, "SELECT paused_until_ms FROM account WHERE id = 1");
        int64_t next = stage_number(stage, "SELECT next_ms FROM outbox");
        int64_t now = gct_clock_wall_ms();
        assert_in_range(until - before, cases[i].least_ms, cases[i].most_ms + (now - before));
        assert_in_range(next - before, cases[i].least_ms, cases[i].most_ms + (now - before));
        assert_int_equal(platform_count(&stage->platform), 1);
        stage_close(stage);
    }
}

static void the_usage_of_another_page_holds_nothing_up(void **state)
{
    struct platform_says first = {
        .status = 200,
        .headers =
            "X-Business-Use-Case-Usage: {\"200\":[{\"call_count\":99,\"estimated_time_to_regain_access\":"
            "30}],\"100\":[{\"call_count\":5}]}\r\n",
        .body = "{\"message_id\":\"mid_0\"}",
    };
    struct stage *stage = open_with(&first);
    (void)state;
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)stage_reply(stage, "c1", "words", NULL);
    stage_wait(stage, STAGE_SENT, 1);
    (void)stage_reply(stage, "c1", "more words", NULL);
    stage_wait(stage, STAGE_SENT, 2);
    stage_close(stage);
}

static void a_platform_that_is_not_there_is_tried_again(void **state)
{
    struct platform_says first = { .status = 200 };
    struct stage *stage = open_with(&first);
    (void)state;
    platform_end(&stage->platform);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)stage_reply(stage, "c1", "words", NULL);
    stage_wait(stage, "SELECT attempts FROM outbox", 2);
    struct gct_sender_stats stats;
    gct_sender_stats(stage->sender, &stats);
    assert_true(stats.retried >= 1u);
    assert_int_equal(stats.unclear, 0);
    /* The admin is told why, and that it is over. */
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM account WHERE state = 0 AND error_text LIKE "
                                         "'the platform could not be reached: %'"),
                     1);
    platform_begin(&stage->platform, stage->platform.port, all_is_well);
    platform_hush(&stage->platform);
    stage_wait(stage, STAGE_SENT, 1);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM account WHERE error_text IS NOT NULL"), 0);
    stage_close(stage);
}

static void secrets_are_wiped(void **state)
{
    char secret[] = "secret";
    (void)state;
    forget((struct gct_slice){ secret, sizeof secret - 1u });
    assert_memory_equal(secret, "\0\0\0\0\0\0", 6);
    forget(GCT_EMPTY);
}

/* What was said of the old token must not halt the account that has a new one. */
static void a_refusal_counts_for_the_settings_that_it_was_given_for(void **state)
{
    struct stage *stage = stage_open(first_only);
    struct gct_sender sender = { .options.directory = stage->slot };
    struct gct_directory *now = gct_directory_get(stage->slot);
    struct batch batch = { .directory = now };
    struct reply reply = { .sender = &sender, .batch = &batch };
    struct fate fate = { .account = GCT_ACCOUNT_AUTHORITY_LOST };
    (void)state;
    assert_non_null(now);
    assert_false(is_outdated(&reply, &fate));
    batch.directory = NULL;
    assert_true(is_outdated(&reply, &fate));
    fate.account = GCT_ACCOUNT_OK;
    assert_false(is_outdated(&reply, &fate));
    gct_directory_free(&now);
    stage_close(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_is_cut_off_is_never_asked_for_again),
        cmocka_unit_test(a_platform_that_hangs_leaves_the_reply_in_doubt_and_others_go_on),
        cmocka_unit_test(a_lost_token_stops_the_account_and_keeps_its_queue),
        cmocka_unit_test(a_limit_is_obeyed_within_a_second_and_an_hour),
        cmocka_unit_test(the_usage_of_another_page_holds_nothing_up),
        cmocka_unit_test(a_platform_that_is_not_there_is_tried_again),
        cmocka_unit_test(secrets_are_wiped),
        cmocka_unit_test(a_refusal_counts_for_the_settings_that_it_was_given_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
