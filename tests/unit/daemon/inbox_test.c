/* The plugin, and the store where it refuses, are played here; the loop, the rows and the router are real. */
#include "plugin/translate.h"
#include "store/store.h"

static enum gct_status played_translate(struct gct_instance *instance, struct gct_translation *translation);
static enum gct_status played_write(struct gct_store *store, struct gct_write *write);

#define gct_translate played_translate
#define gct_store_write played_write
#include "daemon/inbox.c"
#undef gct_translate
#undef gct_store_write

#include "router/desk.h"

#define LONGEST_MS 20000 /* a test that waits for more has lost a hook */

struct play {
    struct desk *desk;
    struct gct_loop *loop;
    struct gct_directory_slot *slot;
    struct gct_inbox_pump *pump;
    struct gct_timer look, end;
    struct gct_ingest_totals totals;
    const char *until; /* a query: the loop stops when it gives other than 0 and the pump sleeps */
};

/* What the plugin and the store do next. */
static unsigned hangs, busy;
static unsigned write_count, refused_write; /* the n-th write is refused; 0: none */
static enum gct_status refusal;

static enum gct_status played_translate(struct gct_instance *instance, struct gct_translation *translation)
{
    (void)instance;
    if (busy > 0) {
        busy--;
        return GCT_AGAIN;
    }
    if (hangs > 0) {
        hangs--;
        translation->status = GCT_TIMEOUT;
        translation->fault = GCT_FAULT_HANG;
        translation->reason = GCT_LIT("it said nothing");
    } else {
        struct gct_event_message *message = GCT_ARENA_NEW(translation->arena, gct_event_message);
        const struct gct_event **events = GCT_ARENA_ARRAY(translation->arena, const struct gct_event *, 1);
        struct gct_slice id = translation->hook->body;
        assert_non_null(message);
        assert_non_null(events);
        message->head = (struct gct_event){ .size = sizeof *message,
                                            .kind = GCT_EVENT_MESSAGE,
                                            .account = GCT_LIT("100"),
                                            .customer = GCT_LIT("c1"),
                                            .opener = GCT_LIT("message"),
                                            .key = id,
                                            .at_ms = T0 };
        message->author = GCT_AUTHOR_CUSTOMER;
        message->remote_id = id;
        message->text = GCT_LIT("Bonjour");
        events[0] = &message->head;
        translation->events = events;
        translation->event_count = 1;
    }
    translation->done(translation);
    return GCT_OK;
}

static enum gct_status played_write(struct gct_store *store, struct gct_write *write)
{
    if (++write_count == refused_write) {
        const struct gct_error err = { refusal, "no, says the store" };
        write->done(write, refusal, &err);
        return GCT_OK;
    }
    return gct_store_write(store, write);
}

/* ---- the play ---- */

static void too_long(struct gct_timer *timer)
{
    const struct play *play = GCT_STRUCT_OF(timer, play, end);
    fail_msg("still nothing: %s", play->until);
}

static void look(struct gct_timer *timer)
{
    struct play *play = GCT_STRUCT_OF(timer, play, look);
    if (!play->pump->running && desk_number(play->desk, play->until) != 0) {
        gct_timer_cancel(&play->pump->timer); /* or this turn of the loop may still begin a look */
        gct_loop_stop(play->loop);
        return;
    }
    gct_timer_start(play->loop, &play->look, 5);
}

static void play_until(struct play *play, const char *query)
{
    play->until = query;
    gct_timer_start(play->loop, &play->look, 0);
    gct_timer_start(play->loop, &play->end, LONGEST_MS);
    gct_loop_run(play->loop);
    gct_timer_cancel(&play->end);
}

static int play_open(void **state)
{
    struct play *play = calloc(1, sizeof *play);
    struct gct_error err = { GCT_OK, "" };
    void *desk = NULL;
    assert_non_null(play);
    hangs = busy = write_count = refused_write = 0;
    assert_int_equal(gct_loop_new(&(struct gct_loop_options){ 0 }, &play->loop, &err), GCT_OK);
    assert_int_equal(desk_open(&desk), 0);
    play->desk = desk;
    play->desk->now_ms = 0; /* the clock on the wall: the pump's own writes are at that time */
    play->slot = gct_directory_slot_new();
    gct_directory_set(play->slot, gct_directory_share(play->desk->directory));
    play->pump = gct_inbox_pump_new(play->loop, play->desk->store, play->slot, &play->totals);
    play->look.fire = look;
    play->end.fire = too_long;
    *state = play;
    return 0;
}

static int play_close(void **state)
{
    struct play *play = *state;
    void *desk = play->desk;
    gct_inbox_pump_free(&play->pump);
    gct_directory_slot_free(&play->slot);
    gct_loop_free(&play->loop);
    free(play);
    return desk_close(&desk);
}

/* So many raw hooks of a channel are waiting. */
static void put(struct play *play, const char *channel, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char body[32];
        (void)snprintf(body, sizeof body, "%s-%u", channel, i);
        struct desk_hook job = { .channel = channel, .fault = GCT_FAULT_HANG, .body = body };
        desk_ok(play->desk, desk_write(play->desk, desk_hook_run, &job));
    }
}

/* ---- the tests ---- */

static void a_hook_in_its_pause_is_tried_again_although_nothing_else_arrives(void **state)
{
    struct play *play = *state;
    put(play, "maple", 1);
    hangs = 2;
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT count(*) = 1 FROM message");
    assert_int_equal(hangs, 0);
    assert_int_equal(desk_number(play->desk, "SELECT count(*) FROM inbox"), 0);
}

static void a_look_that_the_store_refused_is_repeated(void **state)
{
    struct play *play = *state;
    put(play, "maple", 1);
    refused_write = 1;
    refusal = GCT_UNAVAILABLE;
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT count(*) = 1 FROM message");
}

static void what_the_store_could_not_keep_now_is_tried_again(void **state)
{
    struct play *play = *state;
    put(play, "maple", 1);
    desk_sql(play->desk, "UPDATE inbox SET attempts = 7");
    refused_write = 2; /* after the look */
    refusal = GCT_UNAVAILABLE;
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT attempts = 8 FROM inbox");
    gct_inbox_pump_afresh(play->pump);
    play_until(play, "SELECT count(*) = 1 FROM message");
}

static void what_can_never_be_kept_needs_a_person_after_the_last_attempt(void **state)
{
    struct play *play = *state;
    put(play, "maple", 1);
    desk_sql(play->desk, "UPDATE inbox SET attempts = 7");
    refused_write = 2;
    refusal = GCT_INVALID;
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT count(*) = 0 FROM inbox");
    assert_string_equal(desk_text(play->desk, "SELECT reason, sentence FROM quarantine"),
                        "invalid|no, says the store");
}

static void a_plugin_that_takes_nothing_is_asked_again(void **state)
{
    struct play *play = *state;
    put(play, "maple", 1);
    busy = 1;
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT count(*) = 1 FROM message");
}

static void many_hooks_are_read_without_a_pause_between_looks(void **state)
{
    struct play *play = *state;
    put(play, "maple", 30 * TAKE_MOST); /* with a pause of a second after each look it would take too long */
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT count(*) = 0 FROM inbox");
    assert_int_equal(desk_number(play->desk, "SELECT count(*) FROM message"), 30 * TAKE_MOST);
}

static void a_channel_that_is_gone_leaves_its_hooks_to_a_person(void **state)
{
    struct play *play = *state;
    put(play, "willow", 2);
    put(play, "maple", 1);
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT count(*) = 0 FROM inbox");
    assert_int_equal(desk_number(play->desk, "SELECT count(*) FROM message"), 1);
    assert_string_equal(desk_text(play->desk, "SELECT channel, reason FROM quarantine"),
                        "willow|unknown_channel\nwillow|unknown_channel");
    assert_int_equal(play->totals.quarantined[GCT_QUARANTINE_UNKNOWN_CHANNEL], 2);
}

/* Both channels are configured, and their plugin was refused. */
static struct gct_directory *without_plugin(struct desk *desk)
{
    struct gct_directory_entry entries[] = { { .settings = &DESK_CHANNELS[0] },
                                             { .settings = &DESK_CHANNELS[1] } };
    struct gct_directory *with = desk->directory, *without = NULL;
    without = gct_directory_new(&(struct gct_directory_options){ .entries = entries, .count = 2 });
    desk->directory = without;
    desk_ok(desk, desk_write(desk, desk_sync, NULL));
    desk->directory = with;
    return without;
}

static void hooks_of_a_refused_plugin_wait_for_the_next_one(void **state)
{
    struct play *play = *state;
    put(play, "maple", 1);
    gct_directory_set(play->slot, without_plugin(play->desk));
    gct_inbox_pump_kick(play->pump);
    play_until(play, "SELECT attempts = 2 FROM inbox"); /* its pauses grow */
    desk_sql(play->desk, "UPDATE inbox SET attempts = 20, next_ms = next_ms + 3600000");
    gct_directory_set(play->slot, gct_directory_share(play->desk->directory));
    hangs = 1; /* and the first attempt is the first again, not one too many */
    gct_inbox_pump_afresh(play->pump);
    play_until(play, "SELECT count(*) = 1 FROM message");
    assert_int_equal(desk_number(play->desk, "SELECT count(*) FROM quarantine"), 0);
}

static void the_next_look_is_when_the_next_row_is_due(void **state)
{
    (void)state;
    assert_int_equal(sleep_of(&(struct batch){ .now_ms = T0, .next_ms = 0 }), -1);
    assert_int_equal(sleep_of(&(struct batch){ .now_ms = T0, .next_ms = T0 + 2000 }), 2000);
    assert_int_equal(sleep_of(&(struct batch){ .now_ms = T0, .next_ms = T0 + GCT_HOUR_MS }), SLEEP_MOST_MS);
    /* It was due, and there was no room to read it: it waits all the same. */
    assert_int_equal(sleep_of(&(struct batch){ .now_ms = T0, .next_ms = T0 - 5 }), SLEEP_LEAST_MS);
    assert_int_equal(sleep_of(&(struct batch){ .now_ms = T0, .status = GCT_UNAVAILABLE }), PAUSE_MS);
}

int main(void)
{
#define PLAY_TEST(name) cmocka_unit_test_setup_teardown(name, play_open, play_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_look_is_when_the_next_row_is_due),
        PLAY_TEST(a_hook_in_its_pause_is_tried_again_although_nothing_else_arrives),
        PLAY_TEST(a_look_that_the_store_refused_is_repeated),
        PLAY_TEST(what_the_store_could_not_keep_now_is_tried_again),
        PLAY_TEST(what_can_never_be_kept_needs_a_person_after_the_last_attempt),
        PLAY_TEST(a_plugin_that_takes_nothing_is_asked_again),
        PLAY_TEST(many_hooks_are_read_without_a_pause_between_looks),
        PLAY_TEST(a_channel_that_is_gone_leaves_its_hooks_to_a_person),
        PLAY_TEST(hooks_of_a_refused_plugin_wait_for_the_next_one),
    };
    return cmocka_run_group_tests_name("daemon/inbox", tests, NULL, NULL);
}
