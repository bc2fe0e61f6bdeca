/* What a plugin does wrong in its calls reaches nobody: guard and in-process backend against liar.c. */
#include "fixture.h"

struct misdeed {
    const char *word;
    enum gct_status status;
    enum gct_translation_fault fault;
    size_t results;
    const char *reason; /* part of it */
};

static const struct misdeed decodes[] = {
    { "well", GCT_OK, GCT_FAULT_NONE, 1, "" },
    { "giant_text", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0,
      "MESSAGE: text has 65537 bytes, at most 65536 are taken" },
    { "latin1_text", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "MESSAGE: text is not UTF-8" },
    { "null_text", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "MESSAGE: text has no bytes and says it has 5" },
    { "short_event", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "MESSAGE: its size is 96, ABI 1.0 needs" },
    { "no_kind", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "and its kind 0" },
    { "foreign_account", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its account does not occur in the hook" },
    { "part_of_account", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its account does not occur in the hook" },
    { "control_id", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "customer holds control character 0x0a" },
    { "attachments_nowhere", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0,
      "attachments is NULL and attachment_count 2" },
    { "no_time", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "at_ms is 0, it must be between 1 and" },
    { "many_events", GCT_LIMIT, GCT_FAULT_NONE, 0, "more than 4096 events" },
    { "request_in_decode", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "a request was emitted outside encode" },
    { "status_of_the_core", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0,
      "decode returned 9, which is not among its statuses" },
    { "status_of_nobody", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "decode returned 4711" },
    { "greedy", GCT_LIMIT, GCT_FAULT_NONE, 0, "" },
    { "other_thread", GCT_OK, GCT_FAULT_NONE, 1, "" },
    { "partly", GCT_UNSUPPORTED, GCT_FAULT_NONE, 1, "a new kind" },
    { "invalid_after_events", GCT_INVALID, GCT_FAULT_NONE, 0, "" },
};

static const struct misdeed encodes[] = {
    { "well", GCT_OK, GCT_FAULT_NONE, 1, "" },
    { "crlf_header", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "header value holds control character 0x0d" },
    { "host_header", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "header Host is the sender's to set" },
    { "absolute_path", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its path must begin with one '/'" },
    { "climbing_path", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its path goes through '..'" },
    { "no_path", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its path must begin with one '/'" },
    { "place_in_path", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "path holds byte 0x7b" },
    { "method", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its method is none of GET, POST, DELETE" },
    { "many_requests", GCT_LIMIT, GCT_FAULT_NONE, 0, "more than 16 requests" },
    { "nothing", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "emitted no request" },
};

static const struct misdeed classifies[] = {
    { "well", GCT_OK, GCT_FAULT_NONE, GCT_OUTCOME_SENT, "" },
    { "no_outcome", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "outcome is 0" },
    { "new_outcome", GCT_OK, GCT_FAULT_NONE, GCT_OUTCOME_UNCLEAR, "" },
    { "shrunk", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "its size is 8" },
    { "past", GCT_PROTOCOL, GCT_FAULT_GARBAGE, 0, "retry_after_ms is -2" },
};

static void open_liar(struct fixture *fixture, int64_t deadline_ms, size_t queue_limit,
                      struct gct_instance **out)
{
    struct gct_error err = { GCT_OK, "" };
    fixture_open(fixture, deadline_ms, queue_limit);
    fixture_put(fixture, "liar", fixture_bytes(fixture, "liar"), 0644);
    if (fixture_channel(fixture, "liar", out, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
}

static void expect(const struct misdeed *misdeed, const struct gct_translation *translation, size_t results)
{
    char reason[400];
    (void)snprintf(reason, sizeof reason, "%.*s", GCT_ARG(translation->reason));
    if (translation->status != misdeed->status || translation->fault != misdeed->fault ||
        results != misdeed->results || strstr(reason, misdeed->reason) == NULL) {
        fail_msg("%s: status %d fault %d results %zu \"%s\", expected %d %d %zu \"%s\"", misdeed->word,
                 (int)translation->status, (int)translation->fault, results, reason, (int)misdeed->status,
                 (int)misdeed->fault, misdeed->results, misdeed->reason);
    }
}

static struct gct_slice body_of(struct gct_arena *arena, const char *word)
{
    return gct_arena_format(arena, "%s {\"id\":\"104857\"}", word);
}

static void decode_gives_nothing_that_breaks_the_contract(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    (void)state;
    open_liar(&fixture, 2000, 0, &instance);
    for (size_t i = 0; i < GCT_COUNT(decodes); i++) {
        struct gct_arena *arena = gct_arena_new((size_t)8 << 20);
        struct gct_http_request hook = { .size = sizeof hook, .body = body_of(arena, decodes[i].word) };
        struct gct_translation translation = { .kind = GCT_DECODE, .hook = &hook, .arena = arena };
        assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
        expect(&decodes[i], &translation, translation.event_count);
        gct_arena_free(&arena);
    }
    fixture_close(&fixture);
}

static void encode_gives_nothing_that_breaks_the_contract(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    (void)state;
    open_liar(&fixture, 2000, 0, &instance);
    for (size_t i = 0; i < GCT_COUNT(encodes); i++) {
        struct gct_arena *arena = gct_arena_new((size_t)1 << 20);
        struct gct_message message = { .size = sizeof message,
                                       .act = GCT_ACT_REPLY,
                                       .text = gct_slice_of(encodes[i].word) };
        struct gct_translation translation = { .kind = GCT_ENCODE, .message = &message, .arena = arena };
        assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
        expect(&encodes[i], &translation, translation.request_count);
        gct_arena_free(&arena);
    }
    fixture_close(&fixture);
}

static void classify_gives_nothing_that_breaks_the_contract(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    (void)state;
    open_liar(&fixture, 2000, 0, &instance);
    for (size_t i = 0; i < GCT_COUNT(classifies); i++) {
        struct gct_http_response reply = { .size = sizeof reply,
                                           .status = 200,
                                           .body = gct_slice_of(classifies[i].word) };
        struct gct_translation translation = { .kind = GCT_CLASSIFY,
                                               .reply = &reply,
                                               .arena = fixture.arena };
        assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
        expect(&classifies[i], &translation, translation.verdict.outcome);
    }
    fixture_close(&fixture);
}

static void spent_memory_for_results_is_a_limit(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    (void)state;
    open_liar(&fixture, 2000, 0, &instance);
    struct gct_http_request hook = { .size = sizeof hook, .body = body_of(fixture.arena, "many_events") };
    struct gct_arena *small = gct_arena_new((size_t)16 << 10);
    struct gct_translation translation = { .kind = GCT_DECODE, .hook = &hook, .arena = small };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_LIMIT);
    assert_int_equal(translation.event_count, 0);
    gct_arena_free(&small);
    fixture_close(&fixture);
}

/* ---- hangs ---- */

struct held {
    char path[128];
    char body[192];
};

static void hold(struct held *held, const struct fixture *fixture, const char *word)
{
    (void)snprintf(held->path, sizeof held->path, "%s/hold", fixture->folder);
    (void)snprintf(held->body, sizeof held->body, "%s %s", word, held->path);
    FILE *file = fopen(held->path, "w");
    assert_non_null(file);
    (void)fclose(file);
}

/* Asks until the instance takes translations again; gives the answer. */
static void wait_until_up(struct gct_instance *instance, struct gct_translation *translation)
{
    enum gct_status st = GCT_UNAVAILABLE;
    for (int i = 0; i < 20000 && st == GCT_UNAVAILABLE; i++) {
        st = gct_translate_wait(instance, translation);
        if (st == GCT_UNAVAILABLE) {
            (void)usleep(1000);
        }
    }
    assert_int_equal(st, GCT_OK);
}

static void a_hang_is_answered_and_its_end_harms_nobody(const char *word)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    struct held held;
    int is_down = 0;
    open_liar(&fixture, 20, 0, &instance);
    hold(&held, &fixture, word);

    /* What was asked is thrown away at once, as a caller would do: the plugin still reads it. */
    struct gct_arena *arena = gct_arena_new((size_t)1 << 20);
    struct gct_http_request *hook = GCT_ARENA_NEW(arena, gct_http_request);
    hook->size = sizeof *hook;
    hook->body = gct_arena_copy(arena, gct_slice_of(held.body));
    struct gct_translation translation = { .kind = GCT_DECODE, .hook = hook, .arena = arena };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_TIMEOUT);
    assert_int_equal(translation.fault, GCT_FAULT_HANG);
    assert_int_equal(translation.event_count, 0);
    gct_arena_free(&arena);

    struct gct_http_request next = { .size = sizeof next, .body = body_of(fixture.arena, "well") };
    struct gct_translation after = { .kind = GCT_DECODE, .hook = &next, .arena = fixture.arena };
    assert_int_equal(gct_translate_wait(instance, &after), GCT_UNAVAILABLE);
    (void)gct_instance_waiting(instance, &is_down);
    assert_int_equal(is_down, 1);

    assert_int_equal(unlink(held.path), 0);
    wait_until_up(instance, &after);
    assert_int_equal(after.status, GCT_OK);
    assert_int_equal(after.event_count, 1);
    fixture_close(&fixture);
}

static void a_plugin_that_spins_is_down_until_it_returns(void **state)
{
    (void)state;
    a_hang_is_answered_and_its_end_harms_nobody("hang");
}

static void a_plugin_that_sleeps_is_down_until_it_returns(void **state)
{
    (void)state;
    a_hang_is_answered_and_its_end_harms_nobody("sleep");
}

static void the_registry_is_freed_while_a_call_hangs(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    struct held held;
    (void)state;
    open_liar(&fixture, 20, 0, &instance);
    hold(&held, &fixture, "sleep");
    struct gct_http_request hook = { .size = sizeof hook, .body = gct_slice_of(held.body) };
    struct gct_translation translation = { .kind = GCT_DECODE, .hook = &hook, .arena = fixture.arena };
    assert_int_equal(gct_translate_wait(instance, &translation), GCT_OK);
    assert_int_equal(translation.status, GCT_TIMEOUT);
    gct_registry_free(&fixture.registry);
    assert_int_equal(unlink(held.path), 0);
    fixture_close(&fixture);
}

static _Atomic int ended;

static void count_end(struct gct_translation *translation)
{
    (void)translation;
    ended++;
}

static void a_quiet_registry_has_answered_every_call_and_takes_none(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    struct held held;
    struct gct_translation calls[3] = { 0 };
    int is_down = 0;
    (void)state;
    open_liar(&fixture, 20, 0, &instance);
    hold(&held, &fixture, "sleep");
    struct gct_http_request hook = { .size = sizeof hook, .body = gct_slice_of(held.body) };
    ended = 0;
    for (size_t i = 0; i < GCT_COUNT(calls); i++) {
        calls[i] = (struct gct_translation){
            .kind = GCT_DECODE, .hook = &hook, .arena = fixture.arena, .done = count_end
        };
        assert_int_equal(gct_translate(instance, &calls[i]), GCT_OK);
    }
    gct_registry_quiet(fixture.registry);
    assert_int_equal(ended, GCT_COUNT(calls));
    assert_int_equal(gct_translate(instance, &calls[0]), GCT_UNAVAILABLE);
    assert_int_equal(gct_instance_waiting(instance, &is_down), 0);
    assert_int_equal(is_down, 1);
    assert_slice(gct_instance_name(instance), "desk");
    gct_registry_quiet(fixture.registry); /* twice is once */
    assert_int_equal(unlink(held.path), 0);
    fixture_close(&fixture);
}

/* ---- the queue ---- */

static _Atomic int answered;

static void count_answer(struct gct_translation *translation)
{
    (void)translation;
    answered++;
}

static void a_full_queue_says_again_and_a_hang_empties_it(void **state)
{
    struct fixture fixture;
    struct gct_instance *instance = NULL;
    struct held held;
    struct gct_translation waiting[4] = { 0 };
    enum gct_status last = GCT_OK;
    int taken = 0;
    int is_down = 0;
    (void)state;
    answered = 0;
    open_liar(&fixture, 100, 2, &instance);
    hold(&held, &fixture, "sleep");
    struct gct_http_request hook = { .size = sizeof hook, .body = gct_slice_of(held.body) };
    /* One runs, two wait; the fourth is one too many. */
    for (size_t i = 0; i < GCT_COUNT(waiting); i++) {
        waiting[i] = (struct gct_translation){
            .kind = GCT_DECODE, .hook = &hook, .arena = gct_arena_new((size_t)1 << 20), .done = count_answer
        };
        last = gct_translate(instance, &waiting[i]);
        taken += last == GCT_OK;
        while (i == 0 && gct_instance_waiting(instance, &is_down) != 0) {
            (void)usleep(1000);
        }
    }
    assert_int_equal(last, GCT_AGAIN);
    for (int i = 0; i < 20000 && answered != taken; i++) {
        (void)usleep(1000);
    }
    assert_int_equal(taken, 3);
    assert_int_equal(answered, taken);
    assert_int_equal(waiting[0].status, GCT_TIMEOUT);
    assert_int_equal(waiting[1].status, GCT_UNAVAILABLE);
    assert_int_equal(unlink(held.path), 0);
    for (size_t i = 0; i < GCT_COUNT(waiting); i++) {
        gct_arena_free(&waiting[i].arena);
    }
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decode_gives_nothing_that_breaks_the_contract),
        cmocka_unit_test(encode_gives_nothing_that_breaks_the_contract),
        cmocka_unit_test(classify_gives_nothing_that_breaks_the_contract),
        cmocka_unit_test(spent_memory_for_results_is_a_limit),
        cmocka_unit_test(a_plugin_that_spins_is_down_until_it_returns),
        cmocka_unit_test(a_plugin_that_sleeps_is_down_until_it_returns),
        cmocka_unit_test(the_registry_is_freed_while_a_call_hangs),
        cmocka_unit_test(a_quiet_registry_has_answered_every_call_and_takes_none),
        cmocka_unit_test(a_full_queue_says_again_and_a_hang_empties_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
