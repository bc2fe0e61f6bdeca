#include "egress/pump/recover.c"

#include "egress/stage.h"

/* A process died with a claimed reply: nobody knows whether it was sent, so it is not sent again. */
static void a_reply_that_was_on_its_way_at_the_end_is_never_sent_by_itself(void **state)
{
    struct stage *stage = stage_open(all_is_well);
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_customer(stage, "100", "c2");
    (void)stage_reply(stage, "c1", "in doubt", NULL);
    assert_int_equal(
        sqlite3_exec(
            stage->raw,
            "UPDATE outbox SET state = 1, attempts = 1; UPDATE message SET delivery = 1 WHERE direction = 1",
            NULL, NULL, NULL),
        SQLITE_OK);
    (void)stage_reply(stage, "c1", "behind it", NULL);
    (void)stage_reply(stage, "c2", "another", NULL);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait(stage, STAGE_WAITING, 1);
    stage_wait(stage, STAGE_SENT, 1);
    (void)usleep(200000);
    assert_int_equal(platform_heard_count(&stage->platform, "in doubt"), 0);
    assert_int_equal(platform_heard_count(&stage->platform, "behind it"), 0);
    assert_int_equal(platform_heard_count(&stage->platform, "another"), 1);
    stage_close(stage);
}

static void an_account_that_waited_for_an_admin_is_tried_again_at_the_start(void **state)
{
    struct stage *stage = stage_open(all_is_well);
    (void)state;
    stage_customer(stage, "100", "c1");
    (void)stage_reply(stage, "c1", "words", NULL);
    assert_int_equal(sqlite3_exec(stage->raw,
                                  "UPDATE account SET state = 2, error_code = '190', error_text = 'x'", NULL,
                                  NULL, NULL),
                     SQLITE_OK);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait(stage, STAGE_SENT, 1);
    assert_int_equal(stage_number(stage,
                                  "SELECT count(*) FROM account WHERE state = 0 AND error_code IS NULL AND "
                                  "error_text IS NULL"),
                     2);
    stage_close(stage);
}

static void without_a_directory_nothing_begins(void **state)
{
    struct gct_sender sender = { .options.directory = gct_directory_slot_new(), .recovery.revive = 1 };
    (void)state;
    assert_int_equal(recovery_pump(&sender, 10), 10 + AGAIN_MS);
    assert_int_equal(sender.recovery.busy, 0);
    assert_int_equal(recovery_pump(&sender, 20), 10 + AGAIN_MS);
    sender.recovery.revive = 0;
    assert_true(recovery_pump(&sender, 5000) == PACE_NEVER);
    gct_directory_slot_free(&sender.options.directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_that_was_on_its_way_at_the_end_is_never_sent_by_itself),
        cmocka_unit_test(an_account_that_waited_for_an_admin_is_tried_again_at_the_start),
        cmocka_unit_test(without_a_directory_nothing_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
