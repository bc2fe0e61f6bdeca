/* A plugin that was built with the headers of a released ABI, in this core. */
#include <sodium.h>

#include "fixture.h"
#include "plugin/verify.h"

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

/* ---- letters: every function of the host, every table of the plugin ---- */

#define SECONDS "1767225700"
#define BODY                                                                                                 \
    "{\"from\":9007199254740993,\"to\":\"17\",\"weight\":0.25,\"pages\":[\"a\",\"b\"],\"read\":true,"        \
    "\"extra\":{\"z\":1,"                                                                                    \
    "\"a\":[]}}"

static struct gct_instance *open_letters(struct fixture *fixture)
{
    static const struct gct_slice values[] = { GCT_LIT("hook-key-of-letters"), GCT_LIT("Hello"),
                                               GCT_LIT("on"), GCT_LIT("Main Street"), GCT_LIT("token-17") };
    const struct gct_option options[] = { { GCT_LIT("hook_key"), &values[0], 1, "guichet.conf", 8 },
                                          { GCT_LIT("greeting"), &values[1], 1, "guichet.conf", 9 },
                                          { GCT_LIT("urgent"), &values[2], 1, "guichet.conf", 10 } };
    const struct gct_option of_account[] = { { GCT_LIT("street"), &values[3], 1, "guichet.conf", 11 },
                                             { GCT_LIT("token"), &values[4], 1, "guichet.conf", 12 } };
    const struct gct_account_settings account = { GCT_LIT("17"), of_account, 2 };
    const struct gct_channel_settings settings = { .name = GCT_LIT("desk"),
                                                   .plugin = GCT_LIT("letters"),
                                                   .options = options,
                                                   .option_count = 3,
                                                   .accounts = &account,
                                                   .account_count = 1,
                                                   .file = "guichet.conf",
                                                   .line = 7 };
    struct gct_error err = { GCT_OK, "" };
    struct gct_instance *instance = NULL;
    fixture_put(fixture, "letters", fixture_bytes(fixture, "letters"), 0644);
    if (gct_registry_open(fixture->registry, &settings, &instance, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
    return instance;
}

static void expect_text(struct gct_slice text, const char *expected)
{
    if (!gct_slice_is(text, expected)) {
        fail_msg("\"%.*s\", expected \"%s\"", GCT_ARG(text), expected);
    }
}

static void letters_reads_what_came(struct fixture *fixture, struct gct_instance *instance)
{
    const struct gct_http_request hook = { .size = sizeof hook, .body = GCT_LIT(BODY) };
    struct gct_translation decode = { .kind = GCT_DECODE, .hook = &hook, .arena = fixture->arena };
    ask(instance, &decode);
    assert_int_equal(decode.status, GCT_OK);
    assert_int_equal(decode.event_count, 1);
    const struct gct_event_message *event = (const void *)decode.events[0];
    expect_text(event->head.account, "17");
    expect_text(event->head.customer, "9007199254740993");
    expect_text(event->text, "b");
    expect_text(event->remote_id, "from");
    assert_int_equal(event->author, GCT_AUTHOR_CUSTOMER);
    assert_int_equal(event->head.at_ms, INT64_C(1767225700000));
    assert_int_equal(event->attachments[0]->bytes, 250);
    expect_text(event->attachments[0]->raw, "{\"z\":1,\"a\":[]}");
}

static void letters_writes_what_goes(struct fixture *fixture, struct gct_instance *instance)
{
    const struct gct_message message = { .size = sizeof message,
                                         .act = GCT_ACT_REPLY,
                                         .text = GCT_LIT("Yes") };
    const struct gct_http_response reply = { .size = sizeof reply,
                                             .status = 503,
                                             .body = GCT_LIT("{\"id\":7}") };
    struct gct_translation encode = { .kind = GCT_ENCODE, .message = &message, .arena = fixture->arena };
    struct gct_translation classify = { .kind = GCT_CLASSIFY, .reply = &reply, .arena = fixture->arena };
    ask(instance, &encode);
    assert_int_equal(encode.request_count, 1);
    expect_text(encode.requests[0]->headers[0].value, "Bearer {token}");
    expect_text(encode.requests[0]->body,
                "{\"pages\":[\"Hello\",\"Yes\"],\"street\":\"Main Street\",\"copies\":1,"
                "\"urgent\":true}");
    ask(instance, &classify);
    assert_int_equal(classify.verdict.outcome, GCT_OUTCOME_RETRY);
    assert_int_equal(classify.verdict.retry_after_ms, 5000);
    expect_text(classify.verdict.remote_id, "7");
}

static void letters_asks_who_writes(struct fixture *fixture, struct gct_instance *instance)
{
    const struct gct_http_response answer = { .size = sizeof answer, .status = 200, .body = GCT_LIT("Ana") };
    struct gct_translation question = { .kind = GCT_PROFILE_REQUEST,
                                        .account = GCT_LIT("17"),
                                        .customer = GCT_LIT("42"),
                                        .arena = fixture->arena };
    struct gct_translation read = { .kind = GCT_PROFILE_READ, .reply = &answer, .arena = fixture->arena };
    ask(instance, &question);
    assert_int_equal(question.request_count, 1);
    assert_int_equal(question.requests[0]->flags, GCT_HTTP_OPTIONAL);
    expect_text(question.requests[0]->path, "/people");
    ask(instance, &read);
    assert_int_equal(read.profile.outcome, GCT_PROFILE_ANSWERED);
    expect_text(read.profile.name, "Ana");
    expect_text(read.profile.lang, "fr-CA");
}

static void letters_are_signed(struct gct_instance *instance)
{
    static const char key[] = "hook-key-of-letters";
    static const char text[] = SECONDS "." BODY;
    unsigned char digest[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    char value[100];
    char hex[2 * sizeof digest + 1];
    char room[32];
    struct gct_slice word = GCT_EMPTY;
    (void)crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, sizeof key - 1);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, sizeof text - 1);
    (void)crypto_auth_hmacsha256_final(&state, digest);
    (void)snprintf(value, sizeof value, "t=" SECONDS ",s=%s",
                   sodium_bin2hex(hex, sizeof hex, digest, sizeof digest));
    const struct gct_header header = { GCT_LIT("X-Letters"), gct_slice_of(value) };
    const int64_t now_ms = INT64_C(1767225700000);
    assert_int_equal(gct_verify_hook(instance, GCT_EMPTY, &header, 1, GCT_LIT(BODY), now_ms, NULL), GCT_OK);
    assert_int_equal(gct_verify_hook(instance, GCT_EMPTY, &header, 1, GCT_LIT("{}"), now_ms, NULL),
                     GCT_DENIED);
    assert_int_equal(gct_verify_hook(instance, GCT_EMPTY, &header, 1, GCT_LIT(BODY), now_ms + 300001, NULL),
                     GCT_DENIED);
    assert_int_equal(
        gct_verify_challenge(instance, GCT_LIT("word=hook-key-of-letters&answer=42"), room, &word, NULL),
        GCT_OK);
    expect_text(word, "42");
}

static void letters_uses_all_that_the_abi_has(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_open(&fixture, 2000, 0);
    struct gct_instance *instance = open_letters(&fixture);
    letters_reads_what_came(&fixture, instance);
    letters_writes_what_goes(&fixture, instance);
    letters_asks_who_writes(&fixture, instance);
    letters_are_signed(instance);
    assert_int_equal(gct_instance_rule(instance, GCT_RULE_TEXT_LIMIT, 0), 300);
    assert_int_equal(gct_instance_rules(instance)->attachments[0]->max_bytes, 1000);
    assert_string_equal(gct_instance_places(instance)->places[0]->option, "token");
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(it_loads_and_does_the_same),
                                        cmocka_unit_test(letters_uses_all_that_the_abi_has) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
