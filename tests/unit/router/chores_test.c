#include "router/chores.c"

#include "desk.h"

static enum gct_status snooze_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_action_result result;
    struct gct_ticket_patch patch = { .actor = { GCT_ACTOR_USER, 1 },
                                      .ticket = 1,
                                      .set = GCT_PATCH_STATUS | GCT_PATCH_SNOOZED_UNTIL,
                                      .status = GCT_TICKET_SNOOZED,
                                      .snoozed_until_ms = *(int64_t *)arg };
    return gct_action_patch(tx, desk->directory, &patch, &result, &desk->refusal, err);
}

static void a_window_that_ran_out_is_logged_once_and_the_ticket_goes_to_its_next_end(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk->now_ms = T0 + GCT_DAY_MS - 1;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'window.expired'"),
                     0);
    desk->now_ms = T0 + GCT_DAY_MS;
    (void)desk_chores(desk);
    (void)desk_chores(desk);
    assert_string_equal(
        desk_text(desk, "SELECT occurred_ms FROM engagement_event WHERE type = 'window.expired'"),
        "1767312000000");
    assert_int_equal(desk_number(desk, "SELECT deadline_ms FROM ticket"), T0 + 7 * GCT_DAY_MS);
    desk->now_ms = T0 + 7 * GCT_DAY_MS;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT deadline_ms FROM ticket"), GCT_FAR_FUTURE_MS);
    assert_int_equal(
        desk_number(desk, "SELECT count(*) FROM conversation WHERE window_change_ms IS NOT NULL"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'window.expired'"),
                     1);
}

/* A message that prolongs the window does not move the look, which looks again. */
static void a_look_that_comes_before_the_windows_end_is_put_off(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk->now_ms = T0 + GCT_HOUR_MS;
    desk_event(desk, &desk_message(desk, "m2", "Hello?", T0 + GCT_HOUR_MS)->head);
    assert_int_equal(desk_number(desk, "SELECT window_change_ms FROM conversation"), T0 + GCT_DAY_MS);
    assert_int_equal(desk_number(desk, "SELECT deadline_ms FROM ticket"), T0 + GCT_HOUR_MS + GCT_DAY_MS);
    desk->now_ms = T0 + GCT_DAY_MS;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'window.expired'"),
                     0);
    assert_int_equal(desk_number(desk, "SELECT window_change_ms FROM conversation"),
                     T0 + GCT_HOUR_MS + GCT_DAY_MS);
    desk->now_ms = T0 + GCT_HOUR_MS + GCT_DAY_MS;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'window.expired'"),
                     1);
}

static void a_window_that_was_over_when_its_events_came_is_logged_too(void **state)
{
    struct desk *desk = *state;
    desk->now_ms = T0 + 60 * GCT_HOUR_MS;
    const struct gct_event *events[] = { &desk_message(desk, "m1", "Hello", T0)->head,
                                         &desk_message(desk, "m2", "Hello?", T0 + 30 * GCT_HOUR_MS)->head };
    desk_hook(desk, events, 2);
    (void)desk_chores(desk);
    assert_string_equal(
        desk_text(
            desk,
            "SELECT type, occurred_ms FROM engagement_event WHERE type LIKE 'window%' ORDER BY occurred_ms"),
        "window.opened|1767225600000\nwindow.expired|1767312000000\nwindow.opened|1767333600000\n"
        "window.expired|1767420000000");
}

static void many_windows_that_end_together_take_as_few_turns_as_can_be(void **state)
{
    enum { CUSTOMERS = 5000, HOOK = 500 };
    struct desk *desk = *state;
    int turns = 1;
    for (int i = 0; i < CUSTOMERS; i += HOOK) {
        const struct gct_event *events[HOOK];
        for (int k = 0; k < HOOK; k++) {
            struct gct_slice name = gct_arena_format(desk->arena, "c%d", i + k);
            struct gct_event_message *event =
                desk_message(desk, gct_arena_cstr(desk->arena, name), "Hello", T0);
            event->head.customer = name;
            events[k] = &event->head;
        }
        desk_hook(desk, events, HOOK);
    }
    desk->now_ms = T0 + GCT_DAY_MS;
    while (desk_chores(desk)) {
        turns++;
    }
    assert_int_equal(turns, CUSTOMERS / (int)GCT_CHORE_BATCH + 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM engagement_event WHERE type = 'window.expired'"),
                     CUSTOMERS);
}

static void a_snoozed_ticket_wakes_by_itself(void **state)
{
    struct desk *desk = *state;
    int64_t until = T0 + GCT_HOUR_MS;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_ok(desk, desk_write(desk, snooze_run, &until));
    desk->now_ms = until - 1;
    (void)desk_chores(desk);
    assert_string_equal(desk_text(desk, "SELECT status, snoozed_until_ms FROM ticket"), "2|1767229200000");
    desk->now_ms = until;
    (void)desk_chores(desk);
    assert_string_equal(desk_text(desk, "SELECT status, snoozed_until_ms FROM ticket"), "0|-");
    assert_string_equal(
        desk_text(desk, "SELECT context FROM message WHERE kind = 2 ORDER BY id DESC LIMIT 1"),
        "{\"kind\":\"status\",\"from\":\"snoozed\",\"to\":\"open\",\"reason\":\"timer\"}");
}

static void a_solved_ticket_closes_when_it_can_no_longer_be_reopened(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_ok(desk, desk_write(desk, desk_status_run, &(enum gct_ticket_status){ GCT_TICKET_SOLVED }));
    desk->now_ms = T0 + 72 * GCT_HOUR_MS;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT status FROM ticket"), GCT_TICKET_SOLVED);
    desk->now_ms += 1;
    (void)desk_chores(desk);
    assert_string_equal(desk_text(desk, "SELECT status, closed_ms FROM ticket"), "4|1767484800001");
    desk_event(desk, &desk_message(desk, "m2", "Hello again", desk->now_ms)->head);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM ticket"), 2);
}

static void what_is_old_is_forgotten_and_what_is_not_is_kept(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, desk_consent(desk, "k1", 1, T0));
    desk_event(desk, desk_unsend(desk, "u1", "never", T0));
    desk->now_ms = T0 + GCT_SEEN_KEEP_MS;
    assert_int_equal(desk_chores(desk), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM seen"), 2);
    desk->now_ms += 1;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM seen"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM parked"), 1);
    desk->now_ms = T0 + GCT_PARKED_KEEP_MS + 1;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM parked"), 0);
}

static void a_key_is_kept_for_a_day_and_then_free(void **state)
{
    struct desk *desk = *state;
    struct desk_reply job = { .request = { .actor = { GCT_ACTOR_USER, 1 },
                                           .ticket = 1,
                                           .kind = GCT_KIND_NOTE,
                                           .text = SLICE("Hi"),
                                           .once = { .key = SLICE("k-1"), .digest = { 1 } } } };
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_ok(desk, desk_write(desk, desk_reply_run, &job));
    int64_t first = job.result.message;
    desk->now_ms = T0 + GCT_DAY_MS;
    (void)desk_chores(desk);
    desk_ok(desk, desk_write(desk, desk_reply_run, &job));
    assert_int_equal(job.result.message, first);
    desk->now_ms += 1;
    (void)desk_chores(desk);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM idempotency"), 0);
    desk_ok(desk, desk_write(desk, desk_reply_run, &job));
    assert_int_not_equal(job.result.message, first);
    assert_int_equal(job.result.replayed, 0);
}

static void as_many_keys_as_a_turn_takes_go_at_once(void **state)
{
    struct desk *desk = *state;
    desk_sql(desk, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                   " INSERT INTO idempotency SELECT 'user:1', 'k' || i, x'00', 202, 1, i FROM n");
    int turns = 1;
    while (desk_chores(desk)) {
        turns++;
    }
    assert_int_equal(turns, 1000 / (int)GCT_CHORE_BATCH + 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM idempotency"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_window_that_ran_out_is_logged_once_and_the_ticket_goes_to_its_next_end),
        DESK_TEST(a_look_that_comes_before_the_windows_end_is_put_off),
        DESK_TEST(a_window_that_was_over_when_its_events_came_is_logged_too),
        DESK_TEST(many_windows_that_end_together_take_as_few_turns_as_can_be),
        DESK_TEST(a_snoozed_ticket_wakes_by_itself),
        DESK_TEST(a_solved_ticket_closes_when_it_can_no_longer_be_reopened),
        DESK_TEST(what_is_old_is_forgotten_and_what_is_not_is_kept),
        DESK_TEST(a_key_is_kept_for_a_day_and_then_free),
        DESK_TEST(as_many_keys_as_a_turn_takes_go_at_once),
    };
    return cmocka_run_group_tests_name("router/chores", tests, NULL, NULL);
}
