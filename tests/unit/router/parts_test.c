/* A reply that travels as several messages of the platform: what each of answers, echoes, receipts and
 * refusals may say of it, in every order. */
#include "router/delivery/fate.c"
#include "router/delivery/proof.c"

#include "desk.h"

struct part_job {
    int64_t id;
    uint32_t part;
    const char *remote_id;
};

static enum gct_status parts_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_delivery_parts(tx, *(int64_t *)arg, 2, err);
}

static enum gct_status sent_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct part_job *job = arg;
    (void)desk;
    return gct_delivery_sent(tx, job->id, job->part, 2, SLICE(job->remote_id), NULL, err);
}

static enum gct_status refused_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_delivery_failed(tx, *(int64_t *)arg, GCT_PROBLEM_MEDIA_REJECTED, SLICE("100/2018008"),
                               SLICE("no picture"), err);
}

static enum gct_status unclear_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct part_job *job = arg;
    return gct_delivery_unclear(tx, desk->directory, job->id, job->part, err);
}

static enum gct_status again_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
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

/* A customer wrote, an agent answered with two parts, the sender claimed it. */
static struct gct_outgoing begin(struct desk *desk)
{
    desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
    assert_int_not_equal(desk_reply(desk, 1, "Hi"), 0);
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    desk_ok(desk, desk_write(desk, parts_run, &claim.out[0].id));
    return claim.out[0];
}

static void echo(struct desk *desk, const struct gct_outgoing *out, uint32_t part)
{
    struct gct_slice mark =
        gct_arena_format(desk->arena, "%.*s:%u", GCT_ARG(out->message.mark), (unsigned)part);
    desk_event(desk, &desk_echo(desk, part == 0 ? "x1" : "x2", "Hi", gct_arena_cstr(desk->arena, mark),
                                T0 + 500 + (int64_t)part)
                          ->head);
}

static void receipt(struct desk *desk, const char *remote_id)
{
    desk_event(desk, desk_receipt(desk, remote_id, GCT_RECEIPT_DELIVERED, remote_id, 0, T0 + 900));
}

static void answer(struct desk *desk, const struct gct_outgoing *out, uint32_t part)
{
    struct part_job job = { out->id, part, part == 0 ? "x1" : "x2" };
    desk_ok(desk, desk_write(desk, sent_run, &job));
}

static void unclear(struct desk *desk, const struct gct_outgoing *out, uint32_t part)
{
    struct part_job job = { out->id, part, NULL };
    desk_ok(desk, desk_write(desk, unclear_run, &job));
}

/* One letter an act: answers a and b, echoes e and f, receipts r and s of the first and the second part, x
 * the refusal of the second. */
static void tell(struct desk *desk, struct gct_outgoing *out, const char *story)
{
    for (const char *act = story; *act != '\0'; act++) {
        switch (*act) {
        case 'a': answer(desk, out, 0); break;
        case 'b': answer(desk, out, 1); break;
        case 'e': echo(desk, out, 0); break;
        case 'f': echo(desk, out, 1); break;
        case 'r': receipt(desk, "x1"); break;
        case 's': receipt(desk, "x2"); break;
        case 'x': desk_ok(desk, desk_write(desk, refused_run, &out->id)); break;
        default: fail_msg("no act %c", *act);
        }
    }
}

static const char *ours(struct desk *desk)
{
    return desk_text(desk, "SELECT delivery, remote_id, error_code FROM message_card WHERE id = 2");
}

static int64_t lines(struct desk *desk, const char *type)
{
    return desk_number(desk,
                       gct_arena_cstr(desk->arena, gct_arena_format(desk->arena,
                                                                    "SELECT count(*) FROM "
                                                                    "engagement_event WHERE type = '%s'",
                                                                    type)));
}

/* The second part is refused: that stays seen, the next reply goes out, and what is sent again is the rest.
 */
static void refused(const char *story)
{
    void *state = NULL;
    assert_int_equal(desk_open(&state), 0);
    struct desk *desk = state;
    struct gct_outgoing out = begin(desk);
    assert_int_equal(desk_reply(desk, 1, "Next"), 3);
    tell(desk, &out, story);
    assert_string_equal(ours(desk), "5|x1|media-rejected");
    assert_int_equal(lines(desk, "message.failed"), 1);
    assert_int_equal(lines(desk, "message.sent"), 0);
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_true(gct_slice_is(claim.out[0].message.text, "Next"));
    desk_ok(desk, desk_write(desk, refused_run, &claim.out[0].id));
    int64_t message = out.message_id;
    desk_ok(desk, desk_write(desk, again_run, &message));
    claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.out[0].message_id, message);
    assert_int_equal(claim.out[0].part, 1);
    assert_int_equal(claim.out[0].attempts, 1);
    tell(desk, &claim.out[0], "b");
    assert_string_equal(ours(desk), "2|x1|-");
    assert_int_equal(lines(desk, "message.sent"), 1);
    assert_int_equal(desk_number(desk, "SELECT unanswered FROM ticket"), 0);
    (void)desk_close(&state);
}

static void the_refusal_of_a_later_part_is_seen_in_every_order(void **state)
{
    static const char *const STORIES[] = { "aerx", "aexr", "arex", "arxe", "axer", "axre", "eax", "erax" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(STORIES); i++) {
        refused(STORIES[i]);
    }
}

static void accepted(const char *story, const char *end)
{
    void *state = NULL;
    assert_int_equal(desk_open(&state), 0);
    struct desk *desk = state;
    struct gct_outgoing out = begin(desk);
    tell(desk, &out, story);
    if (strcmp(ours(desk), end) != 0) {
        fail_msg("%s: %s, not %s", story, ours(desk), end);
    }
    assert_int_equal(lines(desk, "message.sent"), 1);
    assert_string_equal(desk_text(desk, "SELECT unanswered, first_response_ms IS NOT NULL FROM ticket"),
                        "0|1");
    assert_int_equal(desk_number(desk, "SELECT last_out_ms IS NOT NULL FROM account WHERE id = 1"), 1);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 0);
    (void)desk_close(&state);
}

static void all_parts_are_sent_once_in_every_order(void **state)
{
    static const char *const SENT[] = { "aerb", "aebr", "areb", "arbe", "aber", "abre", "eab", "reab" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(SENT); i++) {
        /* A receipt after the last part is about all of it. */
        int told = strchr(SENT[i], 'r') > strchr(SENT[i], 'b');
        accepted(SENT[i], told ? "3|x1|-" : "2|x1|-");
    }
    accepted("arsb", "3|x1|-");
    accepted("aresfb", "3|x1|-");
}

static void the_time_of_a_reply_is_its_last_parts(void **state)
{
    static const char *const STORIES[] = { "abef", "abfe", "aebf", "efab", "feab" };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(STORIES); i++) {
        void *own = NULL;
        assert_int_equal(desk_open(&own), 0);
        struct gct_outgoing out = begin(own);
        tell(own, &out, STORIES[i]);
        assert_int_equal(desk_number(own, "SELECT sent_ms FROM message WHERE id = 2"), T0 + 501);
        (void)desk_close(&own);
    }
}

static void a_part_whose_echo_came_before_its_answer_was_lost_is_sent(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    echo(desk, &out, 0);
    unclear(desk, &out, 0);
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.out[0].part, 1);
    assert_int_equal(claim.out[0].attempts, 1); /* the first one succeeded */
    unclear(desk, &out, 1);
    assert_int_equal(desk_claim(desk).count, 0);
    assert_int_equal(desk_number(desk, "SELECT state FROM outbox"), GCT_OUTBOX_WAITING);
}

static void a_late_echo_of_a_first_part_sends_nothing_by_itself(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    int64_t message = out.message_id;
    unclear(desk, &out, 0);
    desk->now_ms += GCT_ECHO_GRACE_MS;
    (void)desk_chores(desk);
    assert_string_equal(ours(desk), "5|-|unconfirmed");
    echo(desk, &out, 0);
    assert_string_equal(ours(desk), "5|x1|unconfirmed");
    assert_int_equal(desk_claim(desk).count, 0);
    desk_ok(desk, desk_write(desk, again_run, &message));
    struct desk_claim claim = desk_claim(desk);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.out[0].part, 1);
}

static void what_was_discarded_and_reached_the_customer_is_seen_again(void **state)
{
    struct desk *desk = *state;
    struct gct_outgoing out = begin(desk);
    int64_t message = out.message_id;
    unclear(desk, &out, 0);
    desk->now_ms += GCT_ECHO_GRACE_MS;
    (void)desk_chores(desk);
    desk_ok(desk, desk_write(desk, discard_run, &message));
    assert_int_equal(desk_number(desk, "SELECT flags & 2 FROM message WHERE id = 2"), 2);
    echo(desk, &out, 0);
    assert_int_equal(desk_number(desk, "SELECT flags & 2 FROM message WHERE id = 2"), 0);
    assert_string_equal(ours(desk), "5|x1|unconfirmed");
    desk_ok(desk, desk_write(desk, discard_run, &message));
    echo(desk, &out, 1);
    assert_int_equal(desk_number(desk, "SELECT flags & 2 FROM message WHERE id = 2"), 0);
    assert_string_equal(ours(desk), "2|x1|-");
    assert_int_equal(lines(desk, "message.sent"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_refusal_of_a_later_part_is_seen_in_every_order),
        cmocka_unit_test(all_parts_are_sent_once_in_every_order),
        cmocka_unit_test(the_time_of_a_reply_is_its_last_parts),
        DESK_TEST(a_part_whose_echo_came_before_its_answer_was_lost_is_sent),
        DESK_TEST(a_late_echo_of_a_first_part_sends_nothing_by_itself),
        DESK_TEST(what_was_discarded_and_reached_the_customer_is_seen_again),
    };
    return cmocka_run_group_tests_name("router/parts", tests, NULL, NULL);
}
