#include "net/door.c"

#include "cmocka_all.h"

static struct door_field field(const char *value)
{
    return (struct door_field){ .present = 1, .value = gct_slice_of(value) };
}

static struct door_facts good(const char *method)
{
    return (struct door_facts){ .method = gct_slice_of(method),
                                .path = GCT_LIT("/api/v1/session"),
                                .version = GCT_LIT("HTTP/1.1"),
                                .host = field("desk.example.com:8080") };
}

static enum door_refusal check(const struct door_facts *facts)
{
    enum gct_method method = GCT_METHOD_GET;
    uint64_t length = 0;

    return door_check(facts, &method, &length);
}

static void five_methods_pass_and_the_others_are_405(void **state)
{
    static const char *const others[] = { "PUT", "OPTIONS", "CONNECT", "TRACE", "get", "", "GETS" };

    (void)state;
    for (unsigned i = 0; i < GCT_METHOD_COUNT; i++) {
        struct door_facts facts = good(gct_method_name((enum gct_method)i));
        enum gct_method method = GCT_METHOD_COUNT;
        uint64_t length = 1;

        facts.content_length = field("0");
        assert_int_equal(door_check(&facts, &method, &length), DOOR_PASS);
        assert_int_equal(method, i);
        assert_int_equal(length, 0);
    }
    for (size_t i = 0; i < GCT_COUNT(others); i++) {
        struct door_facts facts = good(others[i]);

        assert_int_equal(check(&facts), DOOR_METHOD);
    }
}

static void a_length_is_one_to_nine_digits(void **state)
{
    static const struct {
        const char *text;
        enum door_refusal expected;
        uint64_t length;
    } cases[] = {
        { "0", DOOR_PASS, 0 },
        { "5", DOOR_PASS, 5 },
        { "005", DOOR_PASS, 5 },
        { "999999999", DOOR_PASS, 999999999 },
        { "1000000000", DOOR_LENGTH_SYNTAX, 0 },
        { "", DOOR_LENGTH_SYNTAX, 0 },
        { "-1", DOOR_LENGTH_SYNTAX, 0 },
        { "+1", DOOR_LENGTH_SYNTAX, 0 },
        { "0x5", DOOR_LENGTH_SYNTAX, 0 },
        { "5,5", DOOR_LENGTH_SYNTAX, 0 },
        { "5 5", DOOR_LENGTH_SYNTAX, 0 },
        { "5.0", DOOR_LENGTH_SYNTAX, 0 },
        { "\xd9\xa5", DOOR_LENGTH_SYNTAX, 0 },
    };

    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct door_facts facts = good("POST");
        enum gct_method method;
        uint64_t length = 0;

        facts.content_length = field(cases[i].text);
        assert_int_equal(door_check(&facts, &method, &length), cases[i].expected);
        if (cases[i].expected == DOOR_PASS)
            assert_int_equal(length, cases[i].length);
    }
}

static void framing_that_two_programs_could_read_differently_is_refused(void **state)
{
    struct door_facts facts = good("POST");

    (void)state;
    assert_int_equal(check(&facts), DOOR_LENGTH_MISSING);
    facts.content_length = field("5");
    facts.content_length.repeated = 1;
    assert_int_equal(check(&facts), DOOR_LENGTH_REPEATED);
    facts.content_length.repeated = 0;
    facts.misspelt = 1;
    assert_int_equal(check(&facts), DOOR_FIELD);
    facts.misspelt = 0;
    facts.transfer_encoding.present = 1;
    assert_int_equal(check(&facts), DOOR_TRANSFER_ENCODING);
    facts = good("GET");
    facts.transfer_encoding = field("identity");
    assert_int_equal(check(&facts), DOOR_TRANSFER_ENCODING);
    facts = good("GET");
    facts.content_length = field("1");
    assert_int_equal(check(&facts), DOOR_BODY);
    facts = good("HEAD");
    facts.content_length = field("1");
    assert_int_equal(check(&facts), DOOR_BODY);
    facts = good("PATCH");
    assert_int_equal(check(&facts), DOOR_LENGTH_MISSING);
    facts = good("DELETE");
    assert_int_equal(check(&facts), DOOR_PASS);
    facts = good("POST");
    facts.content_length = field("5");
    facts.content_encoding = field("gzip");
    assert_int_equal(check(&facts), DOOR_CONTENT_ENCODING);
}

static void a_host_is_there_once_and_plain(void **state)
{
    static const char *const fine[] = { "a", "a.example", "A-B.example:80", "127.0.0.1:1", "[::1]:8080" };
    static const char *const bad[] = { "",    "a/b",      "a b",  "u@a",  "a,b",
                                       "a?b", "\xc3\xa9", "a%00", "a\\b", "a_b" };

    (void)state;
    for (size_t i = 0; i < GCT_COUNT(fine); i++) {
        struct door_facts facts = good("GET");

        facts.host = field(fine[i]);
        assert_int_equal(check(&facts), DOOR_PASS);
        facts.host.repeated = 1;
        assert_int_equal(check(&facts), DOOR_HOST);
    }
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        struct door_facts facts = good("GET");

        facts.host = field(bad[i]);
        assert_int_equal(check(&facts), DOOR_HOST);
    }
    struct door_facts none = good("GET");

    none.host.present = 0;
    assert_int_equal(check(&none), DOOR_HOST);
}

static void a_path_has_visible_ascii_only(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char path[3] = { '/', (char)c, '\0' };
        struct door_facts facts = good("GET");

        facts.path = gct_slice_of(path);
        assert_int_equal(check(&facts), c >= 33 && c <= 126 ? DOOR_PASS : DOOR_PATH);
    }
    struct door_facts facts = good("GET");

    facts.path = GCT_LIT("x");
    assert_int_equal(check(&facts), DOOR_PATH);
    facts.path = GCT_EMPTY;
    assert_int_equal(check(&facts), DOOR_PATH);
}

static void two_versions_are_spoken(void **state)
{
    static const char *const others[] = { "",         "HTTP/0.9",  "HTTP/1.2", "HTTP/2.0",
                                          "http/1.1", "HTTP/1.1 ", "HTTP/1.10" };
    struct door_facts facts = good("GET");

    (void)state;
    facts.version = GCT_LIT("HTTP/1.0");
    assert_int_equal(check(&facts), DOOR_PASS);
    assert_true(door_wants_close(&facts));
    for (size_t i = 0; i < GCT_COUNT(others); i++) {
        facts.version = gct_slice_of(others[i]);
        assert_int_equal(check(&facts), DOOR_VERSION);
    }
}

static void a_line_that_ends_inside_its_target_is_400(void **state)
{
    struct door_facts facts = good("GET");

    (void)state;
    facts.cut = 1;
    facts.version = GCT_EMPTY;
    assert_int_equal(check(&facts), DOOR_LINE);
    assert_int_equal(door_words(DOOR_LINE)->status, 400);
}

static void a_connection_ends_when_the_client_says_so(void **state)
{
    struct door_facts facts = good("GET");

    (void)state;
    assert_false(door_wants_close(&facts));
    facts.connection = field("keep-alive");
    assert_false(door_wants_close(&facts));
    facts.connection = field("Close");
    assert_true(door_wants_close(&facts));
    facts.connection = field("keep-alive, close");
    assert_true(door_wants_close(&facts));
    facts.connection = field("closed");
    assert_false(door_wants_close(&facts));
}

static struct door_facts good_upgrade(void)
{
    struct door_facts facts = good("GET");

    facts.connection = field("keep-alive, Upgrade");
    facts.upgrade = field("websocket");
    facts.key = field("dGhlIHNhbXBsZSBub25jZQ==");
    facts.socket_version = field("13");
    return facts;
}

static void a_handshake_is_whole_or_refused(void **state)
{
    struct door_facts facts = good_upgrade();

    (void)state;
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_PASS);
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_POST, 0), DOOR_SOCKET_HANDSHAKE);
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 5), DOOR_SOCKET_HANDSHAKE);
    facts.upgrade = field("h2c");
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_HTTP2);
    facts = good_upgrade();
    facts.connection = field("close");
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_SOCKET_HANDSHAKE);
    facts = good_upgrade();
    facts.key = field("dGhlIHNhbXBsZSBub25jZQ");
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_SOCKET_HANDSHAKE);
    facts = good_upgrade();
    facts.socket_version = field("8");
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_SOCKET_VERSION);
    facts = good_upgrade();
    facts.subprotocol = field("chat");
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_SOCKET_SUBPROTOCOL);
    facts = good_upgrade();
    facts.version = GCT_LIT("HTTP/1.0");
    assert_int_equal(door_check_upgrade(&facts, GCT_METHOD_GET, 0), DOOR_SOCKET_HANDSHAKE);
}

static void the_only_expectation_is_100_continue(void **state)
{
    struct door_facts facts = good("POST");

    (void)state;
    facts.content_length = field("5");
    facts.expect = field("100-Continue");
    assert_int_equal(check(&facts), DOOR_PASS);
    assert_true(door_wants_continue(&facts, 5));
    assert_false(door_wants_continue(&facts, 0));
    facts.expect = field("200-ok");
    assert_int_equal(check(&facts), DOOR_EXPECTATION);
}

static void values_hold_no_control_characters(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        int fine = c == '\t' || (c >= 32 && c != 127);

        assert_int_equal(door_value_ok((struct gct_slice){ &byte, 1 }), fine);
    }
}

static void each_refusal_has_a_status_and_a_sentence(void **state)
{
    (void)state;
    for (unsigned i = DOOR_PASS + 1; i < DOOR_REFUSAL_COUNT; i++) {
        const struct door_words *refusal = door_words((enum door_refusal)i);
        struct gct_slice detail = gct_slice_of(refusal->detail);

        assert_in_range(refusal->status, 400, 505);
        /* The problem says the same as the status; only a request that is not valid has two. */
        if (refusal->problem == GCT_PROBLEM_INVALID) {
            assert_int_equal(refusal->status, 400);
        } else if (refusal->problem != GCT_PROBLEM_NONE) {
            assert_int_equal(refusal->status, gct_problem_info(refusal->problem)->status);
        }
        assert_true(detail.len > 10 && detail.ptr[detail.len - 1] == '.');
        assert_int_equal(gct_slice_find(detail, '"'), detail.len);
        assert_int_equal(gct_slice_find(detail, '\\'), detail.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_methods_pass_and_the_others_are_405),
        cmocka_unit_test(a_length_is_one_to_nine_digits),
        cmocka_unit_test(framing_that_two_programs_could_read_differently_is_refused),
        cmocka_unit_test(a_host_is_there_once_and_plain),
        cmocka_unit_test(a_path_has_visible_ascii_only),
        cmocka_unit_test(two_versions_are_spoken),
        cmocka_unit_test(a_line_that_ends_inside_its_target_is_400),
        cmocka_unit_test(a_connection_ends_when_the_client_says_so),
        cmocka_unit_test(a_handshake_is_whole_or_refused),
        cmocka_unit_test(the_only_expectation_is_100_continue),
        cmocka_unit_test(values_hold_no_control_characters),
        cmocka_unit_test(each_refusal_has_a_status_and_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
