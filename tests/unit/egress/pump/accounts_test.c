#include "egress/pump/accounts.c"

#include "egress/stage.h"

static void replies_whose_news_were_lost_are_found(void **state)
{
    struct stage *stage = stage_open(all_is_well);
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_customer(stage, "200", "c2");
    (void)stage_reply(stage, "c1", "before the start", NULL);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait(stage, STAGE_SENT, 1);
    atomic_store(&stage->hears, NULL);
    (void)stage_reply(stage, "c2", "unheard", NULL);
    const struct gct_effect effect = { .kind = GCT_EFFECT_CHANNEL_UPDATED, .account = 1 };
    gct_sender_effects(stage->sender, &effect, 1);
    stage_wait(stage, STAGE_SENT, 2);
    stage_close(stage);
}

static void a_paused_channel_waits_until_it_is_resumed(void **state)
{
    struct stage *stage = stage_open(all_is_well);
    (void)state;
    stage_customer(stage, "100", "c1");
    (void)stage_reply(stage, "c1", "words", NULL);
    assert_int_equal(sqlite3_exec(stage->raw, "UPDATE channel SET paused = 1", NULL, NULL, NULL), SQLITE_OK);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)usleep(300000);
    assert_int_equal(platform_count(&stage->platform), 0);
    assert_int_equal(sqlite3_exec(stage->raw, "UPDATE channel SET paused = 0", NULL, NULL, NULL), SQLITE_OK);
    const struct gct_effect effect = { .kind = GCT_EFFECT_CHANNEL_UPDATED, .account = 1 };
    gct_sender_effects(stage->sender, &effect, 1);
    stage_wait(stage, STAGE_SENT, 1);
    stage_close(stage);
}

static void the_sooner_wish_counts(void **state)
{
    struct gct_sender sender = { .accounts.due_ms = 100 };
    (void)state;
    accounts_want(&sender, 200);
    assert_int_equal(sender.accounts.due_ms, 100);
    accounts_want(&sender, 50);
    assert_int_equal(sender.accounts.due_ms, 50);
    assert_int_equal(accounts_pump(&sender, 40), 50);
    sender.accounts.busy = 1;
    assert_true(accounts_pump(&sender, 60) == PACE_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_whose_news_were_lost_are_found),
        cmocka_unit_test(a_paused_channel_waits_until_it_is_resumed),
        cmocka_unit_test(the_sooner_wish_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
