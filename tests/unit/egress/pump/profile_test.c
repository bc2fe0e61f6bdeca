#include "egress/pump/profile.c"

#include "egress/stage.h"

/* Questions about c1 are answered, about c2 with nothing, about c3 with an error that is final, about c4
 * first with a failure. */
static void knows_people(struct platform *platform, const struct platform_heard *heard,
                         struct platform_says *says)
{
    const char *answer = "{}";
    says_sent(platform, says);
    if (strncmp(heard->text, "GET ", 4) != 0) {
        return;
    }
    if (strstr(heard->text, "/c1?") != NULL) {
        answer = "{\"name\":\"Ana Lima\",\"profile_pic\":\"https://example.com/ana.jpg\",\"id\":\"c1\"}";
    } else if (strstr(heard->text, "/c5?") != NULL) {
        answer = "{\"first_name\":\"Eve\",\"last_name\":\"Roy\",\"profile_pic\":\"javascript:alert(1)\"}";
    } else if (strstr(heard->text, "/c3?") != NULL) {
        says_error(says, 400, 2018218);
        return;
    }
    (void)snprintf(says->body, sizeof says->body, "%s", answer);
}

#define ASKED "SELECT count(*) FROM contact WHERE profile_ms IS NOT NULL"

static void a_new_contact_gets_a_name_and_each_is_asked_about_once(void **state)
{
    struct stage *stage = stage_open(knows_people);
    (void)state;
    stage->platform.tells_nothing = 0;
    stage_customer(stage, "100", "c1"); /* before the start: found in the store */
    stage_send(stage, (struct gct_sender_limits){ .profiles_per_second = 50 });
    stage_wait(stage, ASKED, 1);
    stage_customer(stage, "100", "c2");
    stage_customer(stage, "200", "c3");
    stage_customer(stage, "200", "c5");
    stage_wait(stage, ASKED, 4);
    stage_customer(stage, "100", "c1");
    (void)usleep(100000);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM contact WHERE name = 'Ana Lima' AND "
                                         "avatar_url = 'https://example.com/ana.jpg'"),
                     1);
    assert_int_equal(
        stage_number(stage, "SELECT count(*) FROM contact WHERE name = 'Eve Roy' AND avatar_url IS NULL"), 1);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM contact WHERE name IS NULL"), 2);
    assert_int_equal(platform_count(&stage->platform), 4);
    assert_int_equal(platform_heard_count(&stage->platform, "GET /v25.0/c"), 4);
    assert_int_equal(platform_heard_count(&stage->platform, "Authorization: Bearer token-of-birch\r\n"), 2);
    struct gct_sender_stats stats;
    gct_sender_stats(stage->sender, &stats);
    assert_int_equal(stats.profiles, 2);
    stage_close(stage);
}

static void who_never_wrote_is_asked_about_once_they_do(void **state)
{
    struct stage *stage = stage_open(knows_people);
    (void)state;
    stage->platform.tells_nothing = 0;
    stage_customer(stage, "100", "c2");
    stage_echo(stage, "100", "c1"); /* newer: it would be asked about first */
    stage_send(stage, (struct gct_sender_limits){ .profiles_per_second = 50 });
    stage_wait(stage, ASKED, 1);
    assert_int_equal(platform_heard_count(&stage->platform, "GET /v25.0/c1"), 0);
    stage_customer(stage, "100", "c1");
    stage_wait(stage, ASKED, 2);
    assert_int_equal(platform_heard_count(&stage->platform, "GET /v25.0/c1"), 1);
    stage_close(stage);
}

/* Questions hang, replies do not. */
static void silent_about_people(struct platform *platform, const struct platform_heard *heard,
                                struct platform_says *says)
{
    says_sent(platform, says);
    says->act = strncmp(heard->text, "GET ", 4) == 0 ? PLATFORM_HANG : PLATFORM_ANSWER;
}

static void a_question_without_answer_delays_neither_replies_nor_the_end(void **state)
{
    struct stage *stage = stage_open(silent_about_people);
    (void)state;
    stage->platform.tells_nothing = 0;
    stage_customer(stage, "100", "c1");
    stage_customer(stage, "100", "c2");
    stage_send(stage, (struct gct_sender_limits){ .profiles_per_second = 50 });
    stage_wait_heard(stage, 1);
    int64_t began = gct_clock_mono_ms();
    (void)stage_reply(stage, "c1", "words", NULL);
    stage_wait(stage, STAGE_SENT, 1);
    gct_sender_stop(stage->sender);
    assert_true(gct_clock_mono_ms() - began < 2000);
    assert_int_equal(stage_number(stage, ASKED), 0);
    stage_close(stage);
}

static void failing(struct platform *platform, const struct platform_heard *heard, struct platform_says *says)
{
    (void)heard;
    says_error(says, 500, 2);
    says->headers = platform->count == 1u ? "Retry-After: 1\r\n" : NULL;
}

static void a_question_that_failed_is_asked_again_later(void **state)
{
    struct stage *stage = stage_open(failing);
    (void)state;
    stage->platform.tells_nothing = 0;
    stage_customer(stage, "100", "c1");
    stage_send(stage, (struct gct_sender_limits){ .profiles_per_second = 50 });
    stage_wait_heard(stage, 2);
    assert_true(stage->platform.heard[1].at_ms - stage->platform.heard[0].at_ms >= 990);
    assert_int_equal(stage_number(stage, ASKED), 0);
    stage_close(stage);
}

static void a_queue_that_is_full_takes_no_more(void **state)
{
    struct gct_sender sender = { .options.limits.profile_queue = 2 };
    (void)state;
    assert_int_equal(pthread_mutex_init(&sender.lock, NULL), 0);
    sender.profiles = profiles_new(&sender);
    for (int64_t i = 1; i <= 3; i++) {
        profiles_want(&sender, 1, i);
    }
    assert_int_equal(sender.profiles->count, 2);
    assert_int_equal(sender.stats.profiles_missed, 1);
    assert_false(profiles_busy(sender.profiles));
    profiles_free(&sender.profiles);
    profiles_free(&sender.profiles);
    assert_int_equal(pthread_mutex_destroy(&sender.lock), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_contact_gets_a_name_and_each_is_asked_about_once),
        cmocka_unit_test(who_never_wrote_is_asked_about_once_they_do),
        cmocka_unit_test(a_question_without_answer_delays_neither_replies_nor_the_end),
        cmocka_unit_test(a_question_that_failed_is_asked_again_later),
        cmocka_unit_test(a_queue_that_is_full_takes_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
