#include "egress/pump/settle.c"

#include "egress/stage.h"

static void slow(struct platform *platform, const struct platform_heard *heard, struct platform_says *says)
{
    (void)heard;
    says_sent(platform, says);
    says->delay_ms = 800;
}

/* Another process locks the file while the answer is on its way. */
static void a_fate_that_the_store_does_not_take_is_written_later_and_nothing_is_sent_twice(void **state)
{
    struct stage *stage = stage_open(slow);
    sqlite3 *other = NULL;
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_send(stage, (struct gct_sender_limits){ 0 });
    (void)stage_reply(stage, "c1", "one", NULL);
    (void)stage_reply(stage, "c1", "two", NULL);
    stage_wait_heard(stage, 1);
    assert_int_equal(sqlite3_open(stage->path, &other), SQLITE_OK);
    (void)sqlite3_busy_timeout(other, 5000);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    int64_t until = gct_clock_mono_ms() + STAGE_PATIENCE_MS;
    struct gct_sender_stats stats = { .working = 1 };
    while (stats.working && gct_clock_mono_ms() < until) {
        (void)usleep(5000);
        gct_sender_stats(stage->sender, &stats);
    }
    assert_int_equal(stats.working, 0);
    assert_int_equal(atomic_load(&stage->working), 0);
    assert_true(strlen(stats.reason) > 0u);
    assert_int_equal(platform_count(&stage->platform), 1);
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(other);
    stage_wait(stage, STAGE_SENT, 2);
    assert_int_equal(platform_heard_count(&stage->platform, "one"), 1);
    assert_int_equal(platform_heard_count(&stage->platform, "two"), 1);
    gct_sender_stats(stage->sender, &stats);
    assert_int_equal(stats.working, 1);
    assert_int_equal(atomic_load(&stage->working), 1);
    stage_close(stage);
}

static void a_stop_does_not_wait_for_a_store_for_ever_and_the_next_start_knows_the_doubt(void **state)
{
    struct stage *stage = stage_open(slow);
    sqlite3 *other = NULL;
    (void)state;
    stage_customer(stage, "100", "c1");
    stage_send(stage, (struct gct_sender_limits){ .stop_ms = 500 });
    (void)stage_reply(stage, "c1", "one", NULL);
    stage_wait_heard(stage, 1);
    assert_int_equal(sqlite3_open(stage->path, &other), SQLITE_OK);
    (void)sqlite3_busy_timeout(other, 5000);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    int64_t began = gct_clock_mono_ms();
    gct_sender_stop(stage->sender);
    assert_true(gct_clock_mono_ms() - began < 6000);
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(other);
    assert_int_equal(stage_number(stage, STAGE_ON_ITS_WAY), 1);
    atomic_store(&stage->hears, NULL);
    gct_sender_free(&stage->sender);
    stage_send(stage, (struct gct_sender_limits){ 0 });
    stage_wait(stage, STAGE_WAITING, 1);
    assert_int_equal(platform_heard_count(&stage->platform, "one"), 1);
    stage_close(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fate_that_the_store_does_not_take_is_written_later_and_nothing_is_sent_twice),
        cmocka_unit_test(a_stop_does_not_wait_for_a_store_for_ever_and_the_next_start_knows_the_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
