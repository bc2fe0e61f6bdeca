#include "daemon/control/quarantine.c"

#include "daemon/control/place.h"

#define ABOUT(command, id) "{\"command\":\"" command "\",\"arguments\":{\"id\":\"" id "\"}}"

static size_t count_of(struct place *place)
{
    struct gct_json *answer = place_do(place, "{\"command\":\"quarantine list\"}");
    size_t count = gct_json_count(gct_json_get(answer, "items"));
    gct_json_free(&answer);
    return count;
}

static enum gct_status next_hook(void *arg, struct gct_db *db, struct gct_error *err)
{
    return gct_inbox_next(db, arg, err);
}

static int64_t inbox_next(struct place *place)
{
    struct gct_error err = { GCT_OK, "" };
    int64_t at_ms = 0;
    assert_ok(gct_store_read_wait(place->store, next_hook, &at_ms, &err), err);
    return at_ms;
}

static void a_hook_is_listed_without_its_body_and_shown_with_it(void **state)
{
    struct place *place = *state;
    place_quarantine(place, "maple", GCT_LIT("{ \"n\xc3\xa9\": "));
    struct gct_json *answer = place_do(place, "{\"command\":\"quarantine list\"}");
    assert_slice(text_of(answer, 0, "id"), "1");
    assert_slice(text_of(answer, 0, "channel"), "maple");
    assert_slice(text_of(answer, 0, "reason"), "the body is no JSON");
    assert_null(gct_json_get(item_of(answer, 0), "body"));
    gct_json_free(&answer);
    answer = place_do(place, ABOUT("quarantine show", "1"));
    assert_slice(text_of(answer, 0, "body"), "{ \"n\xc3\xa9\": ");
    assert_slice(text_of(answer, 0, "cause"), "invalid");
    assert_slice(gct_json_text(gct_json_at(gct_json_at(gct_json_get(item_of(answer, 0), "headers"), 0), 1)),
                 "platform/1");
    gct_json_free(&answer);
}

static void a_body_that_is_no_text_is_shown_in_hex(void **state)
{
    struct place *place = *state;
    place_quarantine(place, "maple", (struct gct_slice){ "\xff\x00\x10", 3 });
    struct gct_json *answer = place_do(place, ABOUT("quarantine show", "1"));
    assert_slice(text_of(answer, 0, "body_hex"), "ff0010");
    assert_null(gct_json_get(item_of(answer, 0), "body"));
    gct_json_free(&answer);
}

static void a_long_list_comes_in_parts(void **state)
{
    enum { ROWS = PART + 1 };
    struct place *place = *state;
    char body[32];
    for (int i = 0; i < ROWS; i++) {
        (void)snprintf(body, sizeof body, "%d", i);
        place_quarantine(place, "maple", gct_slice_of(body));
    }
    struct gct_json *answer = place_do(place, "{\"command\":\"quarantine list\"}");
    assert_int_equal(gct_json_count(gct_json_get(answer, "items")), PART);
    assert_slice(gct_json_text(gct_json_get(answer, "next")), "1000");
    gct_json_free(&answer);
    answer = place_do(place, "{\"command\":\"quarantine list\",\"arguments\":{\"after\":\"1000\"}}");
    assert_int_equal(gct_json_count(gct_json_get(answer, "items")), 1);
    assert_slice(text_of(answer, 0, "id"), "1001");
    assert_null(gct_json_get(answer, "next"));
    gct_json_free(&answer);
    assert_refused(place, "{\"command\":\"quarantine list\",\"arguments\":{\"after\":\"x\"}}", "is a number");
}

static void a_hook_that_is_understood_now_leaves(void **state)
{
    struct place *place = *state;
    place_quarantine(place, "maple", GCT_LIT("{}"));
    assert_done(place, ABOUT("quarantine release", "1"));
    assert_audit(place, 1, "cli quarantine.release quarantine:1");
    assert_int_equal(count_of(place), 0);
    assert_int_equal(inbox_next(place), 0);
}

static void a_hook_without_a_plugin_stays(void **state)
{
    struct place *place = *state;
    place_quarantine(place, "birch", GCT_LIT("{}"));
    place_quarantine(place, "gone", GCT_LIT("[]"));
    assert_refused(place, ABOUT("quarantine release", "1"), "no plugin runs for the channel birch");
    assert_refused(place, ABOUT("quarantine release", "2"), "no plugin runs for the channel gone");
    assert_int_equal(count_of(place), 2);
}

static void a_dropped_hook_is_gone_and_noted(void **state)
{
    struct place *place = *state;
    place_quarantine(place, "maple", GCT_LIT("{}"));
    assert_done(place, ABOUT("quarantine drop", "1"));
    assert_audit(place, 1, "cli quarantine.drop quarantine:1");
    assert_int_equal(count_of(place), 0);
}

static void what_is_not_there_is_refused(void **state)
{
    struct place *place = *state;
    assert_refused(place, ABOUT("quarantine show", "1"), "no row 1");
    assert_refused(place, ABOUT("quarantine release", "1"), "no row 1");
    assert_refused(place, ABOUT("quarantine drop", "1"), "no row 1");
    assert_refused(place, ABOUT("quarantine show", "one"), "an ID is a number");
}

static void without_a_gateway_a_release_waits_in_the_inbox(void **state)
{
    struct place *place = *state;
    place_quarantine(place, "birch", GCT_LIT("{}"));
    assert_done(place, ABOUT("quarantine release", "1"));
    assert_audit(place, 1, "cli quarantine.release quarantine:1");
    assert_int_equal(count_of(place), 0);
    assert_int_not_equal(inbox_next(place), 0);
    assert_refused(place, ABOUT("quarantine release", "1"), "no row 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_WAY(a_hook_is_listed_without_its_body_and_shown_with_it),
        EACH_WAY(a_body_that_is_no_text_is_shown_in_hex),
        EACH_WAY(a_hook_that_is_understood_now_leaves),
        EACH_WAY(a_hook_without_a_plugin_stays),
        EACH_WAY(a_dropped_hook_is_gone_and_noted),
        EACH_WAY(what_is_not_there_is_refused),
        { "a_long_list_comes_in_parts", a_long_list_comes_in_parts, place_over_socket, place_close, NULL },
        WITHOUT_GATEWAY(without_a_gateway_a_release_waits_in_the_inbox),
    };
    return cmocka_run_group_tests_name("daemon/control/quarantine", tests, NULL, NULL);
}
