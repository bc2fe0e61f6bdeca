#include "router/action/begin.c"
#include "router/action/failed.c"
#include "router/action/message.c"
#include "router/action/once.c"
#include "router/action/own.c"
#include "router/action/patch.c"

#include "desk.h"

static enum gct_status patch_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_action_result result;
    return gct_action_patch(tx, desk->directory, arg, &result, &desk->refusal, err);
}

static enum gct_status patch(struct desk *desk, struct gct_ticket_patch change)
{
    change.actor = (struct gct_actor){ GCT_ACTOR_USER, desk->user };
    change.ticket = 1;
    return desk_write(desk, patch_run, &change);
}

static enum gct_status retry_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_actor actor = { GCT_ACTOR_USER, desk->user };
    struct gct_action_result result;
    return gct_action_retry(tx, desk->directory, &actor, *(int64_t *)arg, &result, &desk->refusal, err);
}

static enum gct_status discard_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_actor actor = { GCT_ACTOR_USER, desk->user };
    struct gct_action_result result;
    return gct_action_discard(tx, &actor, *(int64_t *)arg, &result, &desk->refusal, err);
}

static enum gct_status pause_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_actor actor = { GCT_ACTOR_USER, desk->user };
    return gct_action_channel_pause(tx, gct_directory_at(desk->directory, 0), &actor, *(int *)arg, err);
}

static enum gct_status fail_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_delivery_failed(tx, *(int64_t *)arg, GCT_PROBLEM_PLATFORM_REFUSED, GCT_EMPTY, SLICE("no"),
                               err);
}

static void customer(struct desk *desk, const char *id, int64_t at_ms)
{
    desk_event(desk, &desk_message(desk, id, "Hello", at_ms)->head);
}

static enum gct_problem refused(struct desk *desk, const struct gct_new_message *request)
{
    struct desk_reply job = { .request = *request };
    job.request.actor = (struct gct_actor){ GCT_ACTOR_USER, desk->user };
    enum gct_status status = desk_write(desk, desk_reply_run, &job);
    assert_true(status == GCT_OK || status == GCT_CONFLICT);
    return status == GCT_OK ? GCT_PROBLEM_NONE : desk->refusal.problem;
}

static void a_reply_is_queued_in_one_write_with_its_outbox_row(void **state)
{
    struct desk *desk = *state;
    customer(desk, "m1", T0);
    assert_int_not_equal(desk_reply(desk, 1, "Hi"), 0);
    assert_string_equal(desk_text(desk, "SELECT m.delivery, m.author, m.user_id, o.state FROM message m"
                                        " JOIN outbox o ON o.message_id = m.id"),
                        "0|2|1|0");
    /* It waits for us until the platform has it. */
    assert_int_equal(desk_number(desk, "SELECT unanswered FROM ticket"), 1);
}

static void the_channel_and_the_window_refuse_with_their_reasons(void **state)
{
    static const struct gct_new_attachment VIDEO = { .kind = GCT_ATTACHMENT_VIDEO,
                                                     .url = { GCT_TEXT("https://e/v") } };
    static const struct gct_new_attachment IMAGE = { .kind = GCT_ATTACHMENT_IMAGE,
                                                     .url = { GCT_TEXT("https://e/i") } };
    static const struct gct_new_attachment PLAIN = { .kind = GCT_ATTACHMENT_IMAGE,
                                                     .url = { GCT_TEXT("http://e/i") } };
    struct desk *desk = *state;
    struct gct_new_message reply = { .ticket = 1, .kind = GCT_KIND_MESSAGE, .text = SLICE("Hi") };
    customer(desk, "m1", T0);
    reply.text = SLICE("\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
                       "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80x");
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_TEXT_TOO_LONG); /* 21 units of UTF-16 */
    assert_int_equal(desk->refusal.length, 21);
    assert_int_equal(desk->refusal.max, 20);
    reply.text = SLICE("Hi");
    reply.attachment_count = 1;
    reply.attachments = &VIDEO;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_UNSUPPORTED_ATTACHMENT);
    reply.attachments = &PLAIN;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_INVALID);
    reply.attachments = &IMAGE;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE);
    desk->now_ms = T0 + 6 * GCT_DAY_MS;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE); /* a person, within seven days */
    desk->now_ms = T0 + 7 * GCT_DAY_MS;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_WINDOW_CLOSED);
    assert_int_equal(desk->refusal.closed_ms, T0 + 7 * GCT_DAY_MS);
    reply.kind = GCT_KIND_NOTE;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE);
    reply.ticket = 99;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NOT_FOUND);
}

static void a_paused_channel_takes_notes_only(void **state)
{
    struct desk *desk = *state;
    int paused = 1;
    struct gct_new_message reply = { .ticket = 1, .kind = GCT_KIND_MESSAGE, .text = SLICE("Hi") };
    customer(desk, "m1", T0);
    desk_ok(desk, desk_write(desk, pause_run, &paused));
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_CHANNEL_PAUSED);
    customer(desk, "m2", T0); /* it still receives */
    reply.kind = GCT_KIND_NOTE;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE);
    paused = 0;
    desk_ok(desk, desk_write(desk, pause_run, &paused));
    reply.kind = GCT_KIND_MESSAGE;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE);
    assert_string_equal(desk_text(desk, "SELECT actor, action, object FROM audit ORDER BY id"),
                        "user:1|channel.pause|channel:maple\nuser:1|channel.resume|channel:maple");
}

static void the_same_key_never_makes_a_second_message(void **state)
{
    struct desk *desk = *state;
    struct desk_reply job = { .request = { .actor = { GCT_ACTOR_USER, 1 },
                                           .ticket = 1,
                                           .kind = GCT_KIND_MESSAGE,
                                           .text = SLICE("Hi"),
                                           .once = { .key = SLICE("k-1"), .digest = { 1 } } } };
    customer(desk, "m1", T0);
    desk_ok(desk, desk_write(desk, desk_reply_run, &job));
    int64_t first = job.result.message;
    assert_int_equal(job.result.replayed, 0);
    desk_ok(desk, desk_write(desk, desk_reply_run, &job));
    assert_int_equal(job.result.message, first);
    assert_int_equal(job.result.replayed, 1);
    assert_string_equal(desk_text(desk, "SELECT count(*), max(client_key) FROM message WHERE direction = 1"),
                        "1|k-1");
    job.request.once.digest[0] = 2;
    assert_int_equal(desk_write(desk, desk_reply_run, &job), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_IDEMPOTENCY_KEY_REUSED);
}

static void a_colleagues_newer_reply_makes_mine_stale_and_a_customers_message_does_not(void **state)
{
    struct desk *desk = *state;
    struct gct_new_message reply = { .ticket = 1, .kind = GCT_KIND_MESSAGE, .text = SLICE("Hi"), .after = 1 };
    customer(desk, "m1", T0);
    customer(desk, "m2", T0 + 1);
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE);
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE); /* my own does not count */
    desk->user = 2;
    int64_t newer = desk_reply(desk, 1, "Ben here");
    desk->user = 1;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_STALE);
    assert_int_equal(desk->refusal.message, newer);
    reply.after = newer;
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_NONE);
    desk_event(desk, &desk_echo(desk, "x9", "From the inbox", "", T0 + 5)->head);
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_STALE);
}

static void a_patch_changes_logs_and_audits(void **state)
{
    struct desk *desk = *state;
    struct gct_slice tags[] = { SLICE("vip"), SLICE("refund") };
    customer(desk, "m1", T0);
    desk_ok(desk, patch(desk, (struct gct_ticket_patch){ .set = GCT_PATCH_STATUS | GCT_PATCH_PRIORITY |
                                                                GCT_PATCH_ASSIGNEE | GCT_PATCH_TAGS,
                                                         .status = GCT_TICKET_SOLVED,
                                                         .priority = GCT_PRIORITY_HIGH,
                                                         .assignee = 2,
                                                         .tags = tags,
                                                         .tag_count = 2 }));
    assert_string_equal(
        desk_text(desk, "SELECT status, priority, assignee_id, unanswered, solved_ms FROM ticket"),
        "3|2|2|0|1767225600000");
    assert_string_equal(desk_text(desk, "SELECT tag FROM ticket_tag ORDER BY tag"), "refund\nvip");
    assert_string_equal(desk_text(desk, "SELECT context FROM message WHERE kind = 2 ORDER BY id"),
                        "{\"kind\":\"priority\",\"from\":\"normal\",\"to\":\"high\"}\n"
                        "{\"kind\":\"assignee\",\"from\":null,\"to\":\"Ben\"}\n"
                        "{\"kind\":\"tags\",\"added\":[\"vip\",\"refund\"],\"removed\":[]}\n"
                        "{\"kind\":\"status\",\"from\":\"open\",\"to\":\"solved\",\"reason\":\"agent\"}");
    assert_string_equal(
        desk_text(desk, "SELECT type, agent FROM engagement_event WHERE agent IS NOT NULL ORDER BY seq"),
        "ticket.assigned|bbbbbbbbbbbbbbbbbbbbbbbbbb\nticket.tagged|aaaaaaaaaaaaaaaaaaaaaaaaaa\n"
        "ticket.solved|aaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_string_equal(desk_text(desk, "SELECT actor, action, object, detail FROM audit"),
                        "user:1|ticket.change|ticket:1|"
                        "{\"priority\":\"high\",\"assignee\":\"2\",\"tags\":2,\"status\":\"solved\"}");
    int64_t version = desk_number(desk, "SELECT version FROM ticket");
    desk_ok(desk, patch(desk, (struct gct_ticket_patch){ .set = GCT_PATCH_PRIORITY,
                                                         .priority = GCT_PRIORITY_HIGH }));
    assert_int_equal(desk_number(desk, "SELECT version FROM ticket"), version); /* nothing changed */
}

static void an_assignment_is_logged_with_who_has_the_ticket(void **state)
{
    struct desk *desk = *state;
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    desk_ok(desk, patch(desk, (struct gct_ticket_patch){ .set = GCT_PATCH_ASSIGNEE, .assignee = 2 }));
    desk_ok(desk, patch(desk, (struct gct_ticket_patch){ .set = GCT_PATCH_ASSIGNEE, .assignee = 0 }));
    assert_string_equal(
        desk_text(desk,
                  "SELECT actor, agent FROM engagement_event WHERE type = 'ticket.assigned' ORDER BY seq"),
        "agent|bbbbbbbbbbbbbbbbbbbbbbbbbb\nagent|-");
}

static void a_patch_that_lost_the_race_changes_nothing(void **state)
{
    struct desk *desk = *state;
    customer(desk, "m1", T0);
    int64_t version = desk_number(desk, "SELECT version FROM ticket");
    struct gct_ticket_patch change = { .set = GCT_PATCH_STATUS,
                                       .status = GCT_TICKET_PENDING,
                                       .if_version = version };
    customer(desk, "m2", T0 + 1);
    assert_int_equal(patch(desk, change), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_CHANGED);
    assert_int_equal(desk_number(desk, "SELECT status FROM ticket"), GCT_TICKET_OPEN);
}

static void a_closed_ticket_is_left_alone(void **state)
{
    struct desk *desk = *state;
    struct gct_new_message reply = { .ticket = 1, .kind = GCT_KIND_MESSAGE, .text = SLICE("Hi") };
    customer(desk, "m1", T0);
    desk_ok(desk,
            patch(desk, (struct gct_ticket_patch){ .set = GCT_PATCH_STATUS, .status = GCT_TICKET_CLOSED }));
    assert_int_equal(
        patch(desk, (struct gct_ticket_patch){ .set = GCT_PATCH_STATUS, .status = GCT_TICKET_OPEN }),
        GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_TICKET_CLOSED);
    assert_int_equal(refused(desk, &reply), GCT_PROBLEM_TICKET_CLOSED);
    customer(desk, "m2", T0 + 1);
    assert_string_equal(desk_text(desk, "SELECT id, status FROM ticket ORDER BY id"), "1|4\n2|0");
}

static void wrong_fields_are_named(void **state)
{
    static const struct gct_slice NOTHING = { NULL, 0 };
    struct desk *desk = *state;
    static const struct {
        struct gct_ticket_patch change;
        const char *field;
    } CASES[] = {
        { { .set = GCT_PATCH_ASSIGNEE, .assignee = 77 }, "assignee" },
        { { .set = GCT_PATCH_TEAM, .team = 77 }, "team" },
        { { .set = GCT_PATCH_STATUS, .status = GCT_TICKET_SNOOZED }, "snoozed_until" },
        { { .set = GCT_PATCH_SNOOZED_UNTIL, .snoozed_until_ms = T0 - 1 }, "snoozed_until" },
        { { .set = GCT_PATCH_TAGS, .tags = &NOTHING, .tag_count = 1 }, "tags" },
    };
    customer(desk, "m1", T0);
    for (size_t i = 0; i < GCT_COUNT(CASES); i++) {
        assert_int_equal(patch(desk, CASES[i].change), GCT_CONFLICT);
        assert_int_equal(desk->refusal.problem, GCT_PROBLEM_INVALID);
        assert_string_equal(desk->refusal.field, CASES[i].field);
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM audit"), 0);
}

static void a_failed_reply_can_be_sent_again_or_put_away(void **state)
{
    struct desk *desk = *state;
    customer(desk, "m1", T0);
    int64_t message = desk_reply(desk, 1, "Hi");
    assert_int_equal(desk_write(desk, retry_run, &message), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_NOT_FAILED);
    struct desk_claim claim = desk_claim(desk);
    desk_ok(desk, desk_write(desk, fail_run, &claim.out[0].id));
    desk_ok(desk, desk_write(desk, retry_run, &message));
    assert_string_equal(desk_text(desk, "SELECT state, error_code, error_text FROM outbox"), "0|-|-");
    assert_int_equal(desk_number(desk, "SELECT delivery FROM message WHERE direction = 1"), 0);
    /* Why it failed is told of a reply that failed, and of no other. */
    desk_sql(desk, "UPDATE outbox SET error_code = 'refused'");
    assert_string_equal(desk_text(desk, "SELECT error_code FROM message_card WHERE direction = 1"), "-");
    claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    desk_ok(desk, desk_write(desk, fail_run, &claim.out[0].id));
    desk_ok(desk, desk_write(desk, discard_run, &message));
    assert_int_equal(desk_number(desk, "SELECT flags & 2 FROM message WHERE direction = 1"), 2);
    desk->now_ms = T0 + 8 * GCT_DAY_MS;
    assert_int_equal(desk_write(desk, retry_run, &message), GCT_CONFLICT);
    assert_int_equal(message, 2);
    assert_string_equal(desk_text(desk, "SELECT actor, action, object FROM audit ORDER BY id"),
                        "user:1|message.retry|message:2\nuser:1|message.discard|message:2");
}

static void a_programs_reply_stays_a_programs_when_it_is_sent_again(void **state)
{
    struct desk *desk = *state;
    struct desk_reply job = { .request = { .actor = { GCT_ACTOR_TOKEN, 1 },
                                           .ticket = 1,
                                           .kind = GCT_KIND_MESSAGE,
                                           .text = SLICE("Automatic") } };
    customer(desk, "m1", T0);
    desk_ok(desk, desk_write(desk, desk_reply_run, &job));
    int64_t written = desk_reply(desk, 1, "By a person");
    for (size_t i = 0; i < 2u; i++) {
        struct desk_claim claim = desk_claim(desk);
        desk_ok(desk, desk_write(desk, fail_run, &claim.out[0].id));
    }
    desk->now_ms = T0 + 6 * GCT_DAY_MS; /* only a person may answer now */
    assert_int_equal(desk_write(desk, retry_run, &job.result.message), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_WINDOW_CLOSED);
    desk_ok(desk, desk_write(desk, retry_run, &written));
}

struct own {
    int64_t ticket, message;
    const char *text;
};

static enum gct_status read_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    const struct own *own = arg;
    return gct_action_read(tx, desk->user, own->ticket, own->message, &desk->refusal, err);
}

static enum gct_status draft_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    const struct own *own = arg;
    return gct_action_draft(tx, desk->user, own->ticket, GCT_KIND_NOTE, SLICE(own->text), &desk->refusal,
                            err);
}

static void a_reading_position_moves_both_ways_within_its_ticket(void **state)
{
    struct desk *desk = *state;
    customer(desk, "m1", T0);
    customer(desk, "m2", T0 + 1);
    struct own own = { .ticket = 1, .message = 2 };
    desk_ok(desk, desk_write(desk, read_run, &own));
    own.message = 1;
    desk_ok(desk, desk_write(desk, read_run, &own));
    assert_string_equal(desk_text(desk, "SELECT user_id, message_id FROM read_cursor"), "1|1");
    own.message = 77;
    assert_int_equal(desk_write(desk, read_run, &own), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_INVALID);
    own.message = 0;
    desk_ok(desk, desk_write(desk, read_run, &own));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM read_cursor"), 0);
}

static void a_draft_is_kept_replaced_and_removed(void **state)
{
    struct desk *desk = *state;
    customer(desk, "m1", T0);
    struct own own = { .ticket = 1, .text = "Call back" };
    desk_ok(desk, desk_write(desk, draft_run, &own));
    own.text = "Call back at noon";
    desk_ok(desk, desk_write(desk, draft_run, &own));
    assert_string_equal(desk_text(desk, "SELECT kind, text FROM draft"), "1|Call back at noon");
    own.text = "";
    desk_ok(desk, desk_write(desk, draft_run, &own));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM draft"), 0);
    own.ticket = 9;
    assert_int_equal(desk_write(desk, draft_run, &own), GCT_CONFLICT);
    assert_int_equal(desk->refusal.problem, GCT_PROBLEM_NOT_FOUND);
}

/* regression: what had been sent came back as a draft */
static void what_is_sent_leaves_no_draft_of_its_kind(void **state)
{
    struct desk *desk = *state;
    customer(desk, "m1", T0);
    struct own own = { .ticket = 1, .text = "Call back" };
    struct gct_new_message message = { .ticket = 1, .kind = GCT_KIND_MESSAGE, .text = SLICE("Hi") };
    desk_ok(desk, desk_write(desk, draft_run, &own));
    assert_int_equal(refused(desk, &message), GCT_PROBLEM_NONE);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM draft"), 1);
    message.kind = GCT_KIND_NOTE;
    message.after = 99;
    message.reply_to = 77;
    assert_int_equal(refused(desk, &message), GCT_PROBLEM_INVALID);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM draft"), 1);
    message.reply_to = 0;
    assert_int_equal(refused(desk, &message), GCT_PROBLEM_NONE);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM draft"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_reply_is_queued_in_one_write_with_its_outbox_row),
        DESK_TEST(the_channel_and_the_window_refuse_with_their_reasons),
        DESK_TEST(a_paused_channel_takes_notes_only),
        DESK_TEST(the_same_key_never_makes_a_second_message),
        DESK_TEST(a_colleagues_newer_reply_makes_mine_stale_and_a_customers_message_does_not),
        DESK_TEST(a_patch_changes_logs_and_audits),
        DESK_TEST(an_assignment_is_logged_with_who_has_the_ticket),
        DESK_TEST(a_patch_that_lost_the_race_changes_nothing),
        DESK_TEST(a_closed_ticket_is_left_alone),
        DESK_TEST(wrong_fields_are_named),
        DESK_TEST(a_failed_reply_can_be_sent_again_or_put_away),
        DESK_TEST(a_programs_reply_stays_a_programs_when_it_is_sent_again),
        DESK_TEST(a_reading_position_moves_both_ways_within_its_ticket),
        DESK_TEST(a_draft_is_kept_replaced_and_removed),
        DESK_TEST(what_is_sent_leaves_no_draft_of_its_kind),
    };
    return cmocka_run_group_tests_name("router/action", tests, NULL, NULL);
}
