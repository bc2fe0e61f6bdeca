#include "egress/sender.c"

#include "egress/stage.h"

static void hang_one(struct platform *platform, const struct platform_heard *heard,
                     struct platform_says *says)
{
    says_sent(platform, says);
    says->delay_ms = strstr(heard->text, "slow") != NULL ? 400 : 0;
    says->act = strstr(heard->text, "never") != NULL ? PLATFORM_HANG : PLATFORM_ANSWER;
}

static void a_stop_gives_what_is_on_its_way_a_moment_and_loses_nothing(void **state)
{
    struct stage *stage = stage_open(hang_one);
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_customer(stage, "100", "c2");
    stage_send(stage, (struct gct_sender_limits){ .stop_ms = 1000 });
    (void)stage_reply(stage, "c1", "slow", NULL);
    (void)stage_reply(stage, "c1", "after it", NULL);
    (void)stage_reply(stage, "c2", "never", NULL);
    stage_wait_heard(stage, 2);
    int64_t began = gct_clock_mono_ms();
    gct_sender_stop(stage->sender);
    assert_in_range(gct_clock_mono_ms() - began, 900, 4000);
    assert_int_equal(stage_number(stage, STAGE_ON_ITS_WAY), 0);
    assert_int_equal(stage_number(stage, STAGE_SENT), 1);
    assert_int_equal(stage_number(stage, STAGE_QUEUED), 1);
    assert_int_equal(stage_number(stage, STAGE_WAITING), 1);
    assert_int_equal(platform_count(&stage->platform), 2);
    assert_int_equal(atomic_load(&stage->working), 0);
    gct_sender_stop(stage->sender);

    /* The next one goes on where this one stopped. */
    atomic_store(&stage->hears, NULL);
    gct_sender_free(&stage->sender);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait(stage, STAGE_SENT, 2);
    assert_int_equal(platform_heard_count(&stage->platform, "after it"), 1);
    assert_int_equal(platform_heard_count(&stage->platform, "never"), 1);
    stage_close(stage);
}

static void failing(struct platform *platform, const struct platform_heard *heard, struct platform_says *says)
{
    (void)platform;
    (void)heard;
    says_error(says, 500, 1);
}

static void a_stop_puts_back_what_waits_for_the_pace(void **state)
{
    struct stage *stage = stage_open(failing);
    char customer[16];
    (void)state;
    for (int i = 0; i < 8; i++) {
        (void)snprintf(customer, sizeof customer, "c%d", i);
        stage_customer(stage, "100", customer);
        (void)stage_reply(stage, customer, "words", NULL);
    }
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait_heard(stage, 1);
    gct_sender_stop(stage->sender);
    assert_int_equal(stage_number(stage, STAGE_QUEUED), 8);
    assert_int_equal(stage_number(stage, "SELECT count(*) FROM message WHERE direction = 1 AND delivery = 0"),
                     8);
    assert_int_equal(stage_number(stage, "SELECT sum(attempts) FROM outbox"),
                     platform_count(&stage->platform));
    stage_close(stage);
}

static void news_that_concern_others_are_left_alone(void **state)
{
    (void)state;
    assert_true(concerns_us(GCT_EFFECT_OUTBOX_DUE));
    assert_true(concerns_us(GCT_EFFECT_CHANNEL_UPDATED));
    assert_true(concerns_us(GCT_EFFECT_PROFILE_WANTED));
    assert_false(concerns_us(GCT_EFFECT_MESSAGE_CREATED));
    assert_false(concerns_us(GCT_EFFECT_INBOX_DUE));
}

static void a_sender_that_never_ran_can_be_freed(void **state)
{
    struct gct_directory_slot *slot = gct_directory_slot_new();
    const struct gct_sender_options options = { .directory = slot };
    const struct gct_effect effect = { .kind = GCT_EFFECT_OUTBOX_DUE, .account = 7 };
    struct gct_sender *sender = NULL;
    struct gct_sender_stats stats;
    (void)state;
    assert_int_equal(gct_sender_new(&options, &sender, NULL), GCT_OK);
    assert_int_equal(sender->options.limits.replies, 64);
    gct_sender_effects(sender, &effect, 1);
    gct_sender_stats(sender, &stats);
    assert_int_equal(stats.working, 0);
    assert_string_equal(stats.reason, "the sender has not started");
    sender_fine(sender, TROUBLE_STARTING);
    sender_trouble(sender, TROUBLE_STOPPED, "stopped");
    sender_trouble(sender, TROUBLE_STORE, "store");
    gct_sender_stats(sender, &stats);
    assert_string_equal(stats.reason, "store");
    gct_sender_stop(sender);
    gct_sender_free(&sender);
    gct_sender_free(&sender);
    gct_directory_slot_free(&slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_gives_what_is_on_its_way_a_moment_and_loses_nothing),
        cmocka_unit_test(a_stop_puts_back_what_waits_for_the_pace),
        cmocka_unit_test(news_that_concern_others_are_left_alone),
        cmocka_unit_test(a_sender_that_never_ran_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
