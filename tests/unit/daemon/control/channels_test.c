#include "daemon/control/channels.c"

#include "daemon/control/place.h"

#define ABOUT(command, channel) "{\"command\":\"" command "\",\"arguments\":{\"channel\":\"" channel "\"}}"

static void channels_are_listed_with_their_state(void **state)
{
    struct place *place = *state;
    struct gct_json *answer = place_do(place, "{\"command\":\"channel list\"}");
    assert_int_equal(gct_json_count(gct_json_get(answer, "items")), 2);
    assert_slice(text_of(answer, 0, "name"), "maple");
    assert_slice(text_of(answer, 0, "state"), "active");
    assert_int_equal(gct_json_count(gct_json_get(item_of(answer, 0), "accounts")), 1);
    assert_slice(text_of(answer, 1, "name"), "birch");
    assert_slice(text_of(answer, 1, "state"), "failed");
    gct_json_free(&answer);
}

static void pausing_and_resuming_take_effect_and_are_noted(void **state)
{
    struct place *place = *state;
    assert_done(place, ABOUT("channel pause", "maple"));
    assert_audit(place, 1, "cli channel.pause channel:maple");
    struct gct_json *answer = place_do(place, "{\"command\":\"channel list\"}");
    assert_slice(text_of(answer, 0, "state"), "paused");
    gct_json_free(&answer);
    assert_int_equal(atomic_load(&place->inbox_due), 0);
    assert_done(place, ABOUT("channel resume", "maple"));
    assert_audit(place, 2, "cli channel.resume channel:maple");
    assert_int_equal(atomic_load(&place->inbox_due), 1);
    answer = place_do(place, "{\"command\":\"channel list\"}");
    assert_slice(text_of(answer, 0, "state"), "active");
    gct_json_free(&answer);
}

static void an_unknown_channel_is_refused(void **state)
{
    struct place *place = *state;
    assert_refused(place, ABOUT("channel pause", "oak"), "no channel \"oak\" is configured");
    assert_refused(place, ABOUT("channel resume", "oak"), "no channel \"oak\" is configured");
}

static void assert_reloaded(struct place *place, const char *sentence)
{
    struct gct_json *answer = place_do(place, "{\"command\":\"channel reload\"}");
    assert_slice(gct_json_text(gct_json_get(answer, "sentence")), sentence);
    gct_json_free(&answer);
}

static void a_reload_tells_how_it_went(void **state)
{
    struct place *place = *state;
    assert_reloaded(place, "the configuration was read again and is in force");
    place->reload_changes = "listen, tls";
    assert_reloaded(place,
                    "the configuration was read again and is in force, but for what takes effect at the "
                    "next start: listen, tls");
    place->reload_status = GCT_INVALID;
    assert_refused(place, "{\"command\":\"channel reload\"}", "guichet.conf:3: a mistake");
    assert_int_equal(atomic_load(&place->reloads), 3);
}

static void plugins_are_the_gateways_own_list(void **state)
{
    struct gct_json *answer = place_do(*state, "{\"command\":\"plugin list\"}");
    assert_slice(text_of(answer, 0, "name"), "messenger");
    gct_json_free(&answer);
}

static void without_a_gateway_channels_are_stopped_or_paused(void **state)
{
    struct place *place = *state;
    assert_done(place, ABOUT("channel pause", "birch"));
    struct gct_json *answer = place_do(place, "{\"command\":\"channel list\"}");
    assert_slice(text_of(answer, 0, "state"), "stopped");
    assert_slice(text_of(answer, 1, "state"), "paused");
    assert_int_equal(gct_json_type(gct_json_get(item_of(answer, 0), "capabilities")), GCT_JSON_IS_NULL);
    gct_json_free(&answer);
    assert_done(place, ABOUT("channel resume", "birch"));
    assert_refused(place, "{\"command\":\"channel reload\"}", "no gateway runs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_WAY(channels_are_listed_with_their_state),
        EACH_WAY(pausing_and_resuming_take_effect_and_are_noted),
        EACH_WAY(an_unknown_channel_is_refused),
        EACH_WAY(a_reload_tells_how_it_went),
        EACH_WAY(plugins_are_the_gateways_own_list),
        WITHOUT_GATEWAY(without_a_gateway_channels_are_stopped_or_paused),
    };
    return cmocka_run_group_tests_name("daemon/control/channels", tests, NULL, NULL);
}
