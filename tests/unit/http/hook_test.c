/* What becomes of a hook at the store: the answers themselves are in tests/integration/. */
#include "http/hook.c"

#include "router/desk.h"

#define LONGEST_MS 20000

struct play {
    struct desk *desk;
    struct gct_loop *loop;
    struct gct_web web;
    struct gct_hook_door *door;
    struct gct_http_request request;
    struct gct_ingest_totals totals;
};

static int play_open(void **state)
{
    struct play *play = calloc(1, sizeof *play);
    struct gct_error err = { GCT_OK, "" };
    void *desk = NULL;
    assert_non_null(play);
    assert_int_equal(gct_loop_new(&(struct gct_loop_options){ 0 }, &play->loop, &err), GCT_OK);
    assert_int_equal(desk_open(&desk), 0);
    play->desk = desk;
    play->web = (struct gct_web){ .loop = play->loop, .store = play->desk->store };
    play->door = gct_hook_door_new(&play->web, &play->totals);
    *state = play;
    return 0;
}

static int play_close(void **state)
{
    struct play *play = *state;
    void *desk = play->desk;
    (void)desk_close(&desk);
    (void)gct_mailbox_run(gct_loop_box(play->loop));
    gct_hook_door_free(&play->door);
    gct_loop_free(&play->loop);
    free(play);
    return 0;
}

/* A hook that was decoded; nobody waits for its answer. */
static struct job *decoded(struct play *play, const char *channel, const char *body)
{
    struct job *job = gct_heap_new(sizeof *job);
    const struct gct_event **events = GCT_ARENA_ARRAY(play->desk->arena, const struct gct_event *, 1);
    assert_non_null(events);
    events[0] = &desk_message(play->desk, body, "Bonjour", T0)->head;
    job->door = play->door;
    job->directory = gct_directory_share(play->desk->directory);
    job->arena = gct_arena_new(GCT_CALL_ARENA);
    job->request = (struct gct_http_request){ .size = sizeof job->request,
                                              .method = GCT_LIT("POST"),
                                              .body = gct_slice_of(body) };
    job->hook = (struct gct_hook){ gct_slice_of(channel), &job->request, T0 };
    job->translation.events = events;
    job->translation.event_count = 1;
    return job;
}

/* The loop's turns until so many hooks had their end. */
static void turn_until(struct play *play, const uint64_t *count, uint64_t wanted)
{
    for (int ms = 0; *count < wanted && ms < LONGEST_MS; ms++) {
        (void)gct_mailbox_run(gct_loop_box(play->loop));
        assert_int_equal(usleep(1000), 0);
    }
    assert_int_equal(*count, wanted);
}

static void what_the_store_refuses_for_a_reason_of_its_own_is_set_aside(void **state)
{
    struct play *play = *state;
    store_job(decoded(play, "not-configured-any-more", "m1"));
    turn_until(play, &play->door->counts.aside, 1);
    assert_string_equal(
        desk_text(play->desk, "SELECT channel, body, reason, sentence FROM quarantine"),
        "not-configured-any-more|m1|invalid|channel not-configured-any-more is not configured any more");
    assert_int_equal(desk_number(play->desk, "SELECT count(*) FROM message"), 0);
    assert_int_equal(play->totals.quarantined[GCT_QUARANTINE_INVALID], 1);
}

static void what_the_store_cannot_take_now_is_not(void **state)
{
    struct job job = { .outcome = GCT_UNAVAILABLE };
    (void)state;
    assert_false(is_refused(&job)); /* 503: the platform comes again */
    job.outcome = GCT_AGAIN;
    assert_false(is_refused(&job));
    job.outcome = GCT_INVALID;
    assert_true(is_refused(&job));
    job.raw = 1; /* there is nothing less to be kept */
    assert_false(is_refused(&job));
    job = (struct job){ .outcome = GCT_INVALID, .aside = 1 };
    assert_false(is_refused(&job));
}

static void what_becomes_of_events_is_counted_when_it_is_on_the_disk(void **state)
{
    struct play *play = *state;
    struct job *test = decoded(play, "maple", "m1");
    struct gct_event event = *test->translation.events[0];
    event.flags = GCT_EVENT_TEST;
    test->translation.events[0] = &event;
    store_job(test);
    turn_until(play, &play->totals.tests, 1);
    struct job *partly = decoded(play, "maple", "m2");
    partly->translation.status = GCT_UNSUPPORTED;
    store_job(partly);
    turn_until(play, &play->totals.quarantined[GCT_QUARANTINE_UNSUPPORTED], 1);
    struct job *again = decoded(play, "maple", "m2"); /* the same bytes: there already */
    again->translation.status = GCT_UNSUPPORTED;
    store_job(again);
    store_job(decoded(play, "not-configured-any-more", "m3"));
    turn_until(play, &play->door->counts.aside, 1);
    assert_int_equal(play->totals.quarantined[GCT_QUARANTINE_UNSUPPORTED], 1);
    assert_int_equal(play->totals.tests, 1);
}

static void what_is_understood_is_neither(void **state)
{
    struct play *play = *state;
    store_job(decoded(play, "not-configured-any-more", "m0"));
    store_job(decoded(play, "maple", "m1"));
    turn_until(play, &play->door->counts.aside, 1);
    assert_string_equal(desk_text(play->desk, "SELECT remote_id FROM message"), "m1");
    assert_string_equal(desk_text(play->desk, "SELECT body FROM quarantine"), "m0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_store_refuses_for_a_reason_of_its_own_is_set_aside,
                                        play_open, play_close),
        cmocka_unit_test(what_the_store_cannot_take_now_is_not),
        cmocka_unit_test_setup_teardown(what_becomes_of_events_is_counted_when_it_is_on_the_disk, play_open,
                                        play_close),
        cmocka_unit_test_setup_teardown(what_is_understood_is_neither, play_open, play_close),
    };
    return cmocka_run_group_tests_name("http/hook", tests, NULL, NULL);
}
