#include "router/ingest/inbox.c"
#include "router/ingest/quarantine.c"

#include "desk.h"

struct taken {
    struct gct_inbox_row *rows;
    size_t count;
};

static enum gct_status take_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct taken *taken = arg;
    return gct_inbox_take(tx, 10, desk->arena, &taken->rows, &taken->count, err);
}

static struct taken take(struct desk *desk)
{
    struct taken taken = { NULL, 0 };
    desk_ok(desk, desk_write(desk, take_run, &taken));
    return taken;
}

struct finish {
    const struct gct_inbox_row *row;
    const struct gct_quarantine_row *quarantined;
    struct gct_translation translation;
};

static enum gct_status finish_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct finish *job = arg;
    return job->row != NULL
               ? gct_inbox_finish(tx, desk->directory, job->row, &job->translation, &desk->counts, err)
               : gct_quarantine_release(tx, desk->directory, job->quarantined, &job->translation,
                                        &desk->counts, err);
}

static enum gct_status load_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_quarantine_row *row = arg;
    return gct_quarantine_load(gct_tx_db(tx), row->id, desk->arena, row, err);
}

static enum gct_status requeue_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    (void)desk;
    return gct_quarantine_requeue(tx, *(int64_t *)arg, err);
}

static enum gct_status list_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_quarantine_row *rows = NULL;
    return gct_quarantine_list(gct_tx_db(tx), GCT_EMPTY, 0, 10, desk->arena, &rows, arg, err);
}

static void fault(struct desk *desk, enum gct_translation_fault why, enum gct_status status)
{
    struct desk_hook job = {
        .channel = "maple", .fault = why, .status = status, .body = "{\"id\":9007199254740993}"
    };
    desk_ok(desk, desk_write(desk, desk_hook_run, &job));
}

static void a_hook_that_crashed_the_plugin_waits_whole_and_is_tried_later_each_time(void **state)
{
    struct desk *desk = *state;
    fault(desk, GCT_FAULT_CRASH, GCT_OK);
    struct taken taken = take(desk);
    assert_int_equal(taken.count, 1);
    const struct gct_http_request *request = taken.rows[0].hook.request;
    assert_true(gct_slice_is(request->body, "{\"id\":9007199254740993}"));
    assert_true(gct_slice_is(request->query, "a=1"));
    assert_int_equal(request->header_count, 1);
    assert_true(gct_slice_is(request->headers[0].value, "application/json"));
    assert_int_equal(take(desk).count, 0); /* the attempt is on the disk before it is made */
    desk->now_ms += 1000;
    assert_int_equal(take(desk).rows[0].attempts, 2);
    desk->now_ms += 1999;
    assert_int_equal(take(desk).count, 0);
    desk->now_ms += 1;
    assert_int_equal(take(desk).count, 1);
}

static void after_too_many_attempts_it_needs_a_person(void **state)
{
    struct desk *desk = *state;
    struct finish job = { .translation = { .fault = GCT_FAULT_CRASH, .reason = GCT_LIT("it crashed") } };
    fault(desk, GCT_FAULT_CRASH, GCT_OK);
    for (unsigned i = 0; i < GCT_INBOX_ATTEMPTS; i++) {
        assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), 0);
        struct taken taken = take(desk);
        assert_int_equal(taken.count, 1);
        job.row = &taken.rows[0];
        desk_ok(desk, desk_write(desk, finish_run, &job));
        desk->now_ms += GCT_HOUR_MS;
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM inbox"), 0);
    assert_string_equal(desk_text(desk, "SELECT reason, sentence FROM quarantine"), "crash|it crashed");
}

static void what_is_decoded_later_is_kept_and_leaves_in_one_write(void **state)
{
    struct desk *desk = *state;
    const struct gct_event *events[] = { &desk_message(desk, "m1", "Hello", T0)->head };
    struct finish job = { .translation = { .status = GCT_OK, .events = events, .event_count = 1 } };
    fault(desk, GCT_FAULT_NONE, GCT_TIMEOUT);
    struct taken taken = take(desk);
    job.row = &taken.rows[0];
    desk_ok(desk, desk_write(desk, finish_run, &job));
    desk_ok(desk, desk_write(desk, finish_run, &job)); /* gone already */
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM inbox"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message"), 1);
}

static void a_quarantined_hook_is_released_when_it_can_be_read_and_stays_when_not(void **state)
{
    struct desk *desk = *state;
    const struct gct_event *events[] = { &desk_message(desk, "m1", "Hello", T0)->head };
    struct gct_quarantine_row row = { .id = 1 };
    size_t listed = 0;
    fault(desk, GCT_FAULT_NONE, GCT_INVALID);
    fault(desk, GCT_FAULT_NONE, GCT_INVALID); /* the platform told it again */
    desk_ok(desk, desk_write(desk, list_run, &listed));
    assert_int_equal(listed, 1);
    desk_ok(desk, desk_write(desk, load_run, &row));
    assert_true(gct_slice_is(row.hook.channel, "maple"));
    struct finish job = { .quarantined = &row,
                          .translation = { .status = GCT_INVALID, .reason = GCT_LIT("no") } };
    assert_int_equal(desk_write(desk, finish_run, &job), GCT_INVALID);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), 1);
    job.translation = (struct gct_translation){ .status = GCT_OK, .events = events, .event_count = 1 };
    desk_ok(desk, desk_write(desk, finish_run, &job));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM message"), 1);
    assert_int_equal(desk_write(desk, finish_run, &job), GCT_NOT_FOUND);
}

static void the_quarantine_says_what_was_wrong(void **state)
{
    static const struct {
        enum gct_translation_fault fault;
        enum gct_status status;
        const char *query;
    } cases[] = {
        { GCT_FAULT_NONE, GCT_INVALID, "SELECT count(*) FROM quarantine WHERE reason = 'invalid'" },
        { GCT_FAULT_NONE, GCT_UNSUPPORTED, "SELECT count(*) FROM quarantine WHERE reason = 'unsupported'" },
        { GCT_FAULT_NONE, GCT_LIMIT, "SELECT count(*) FROM quarantine WHERE reason = 'limit'" },
        { GCT_FAULT_NONE, GCT_INTERNAL, "SELECT count(*) FROM quarantine WHERE reason = 'internal'" },
        { GCT_FAULT_GARBAGE, GCT_PROTOCOL, "SELECT count(*) FROM quarantine WHERE reason = 'garbage'" },
    };
    struct desk *desk = *state;
    int64_t id = 1;
    for (size_t i = 0; i < GCT_COUNT(cases); i++, id++) {
        fault(desk, cases[i].fault, cases[i].status);
        assert_int_equal(desk_number(desk, cases[i].query), 1);
        desk_ok(desk, desk_write(desk, requeue_run, &id)); /* the same hook again */
    }
}

static void the_command_line_puts_it_back_into_the_inbox(void **state)
{
    struct desk *desk = *state;
    int64_t id = 1;
    fault(desk, GCT_FAULT_GARBAGE, GCT_OK);
    desk_ok(desk, desk_write(desk, requeue_run, &id));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(take(desk).count, 1);
    assert_int_equal(desk_write(desk, requeue_run, &id), GCT_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_hook_that_crashed_the_plugin_waits_whole_and_is_tried_later_each_time),
        DESK_TEST(after_too_many_attempts_it_needs_a_person),
        DESK_TEST(what_is_decoded_later_is_kept_and_leaves_in_one_write),
        DESK_TEST(a_quarantined_hook_is_released_when_it_can_be_read_and_stays_when_not),
        DESK_TEST(the_quarantine_says_what_was_wrong),
        DESK_TEST(the_command_line_puts_it_back_into_the_inbox),
    };
    return cmocka_run_group_tests_name("router/inbox", tests, NULL, NULL);
}
