/* A plugin that was built with the headers of a released ABI, in this core. */
#include "fixture.h"

static void ask(struct gct_instance *instance, struct gct_translation *translation)
{
    translation->now_ms = INT64_C(1767225700000);
    assert_int_equal(gct_translate_wait(instance, translation), GCT_OK);
    assert_int_equal(translation->fault, GCT_FAULT_NONE);
}

static void it_loads_and_does_the_same(void **state)
{
    struct fixture fixture;
    struct gct_error err = { GCT_OK, "" };
    struct gct_instance *instance = NULL;
    const struct gct_http_request hook = { .size = sizeof hook, .body = GCT_LIT("[1]") };
    const struct gct_message message = { .size = sizeof message, .act = GCT_ACT_REPLY };
    const struct gct_http_response reply = { .size = sizeof reply, .status = 200 };
    (void)state;
    fixture_open(&fixture, 2000, 0);
    fixture_put(&fixture, "postcard", fixture_bytes(&fixture, "postcard"), 0644);
    if (fixture_channel(&fixture, "postcard", &instance, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
    struct gct_translation decode = { .kind = GCT_DECODE, .hook = &hook, .arena = fixture.arena };
    ask(instance, &decode);
    assert_int_equal(decode.status, GCT_OK);
    assert_int_equal(decode.event_count, 1);
    assert_int_equal(decode.events[0]->kind, GCT_EVENT_UNSEND);
    assert_true(gct_slice_is(decode.events[0]->account, "1"));
    assert_int_equal(decode.events[0]->at_ms, INT64_C(1767225700000));
    struct gct_translation encode = { .kind = GCT_ENCODE, .message = &message, .arena = fixture.arena };
    ask(instance, &encode);
    assert_int_equal(encode.status, GCT_UNSUPPORTED);
    struct gct_translation classify = { .kind = GCT_CLASSIFY, .reply = &reply, .arena = fixture.arena };
    ask(instance, &classify);
    assert_int_equal(classify.status, GCT_OK);
    assert_int_equal(classify.verdict.outcome, GCT_OUTCOME_SENT);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(it_loads_and_does_the_same) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
