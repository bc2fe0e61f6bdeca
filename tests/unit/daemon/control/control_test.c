#include "daemon/control/control.c"

#include <semaphore.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "daemon/control/place.h"

/* A client that is connected and has sent these bytes. */
static int client(struct place *place, struct gct_slice bytes)
{
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    assert_ok(gct_link_connect(place->socket_path, &fd, &err), err);
    assert_int_equal(send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL), bytes.len);
    return fd;
}

/* The other side closed without a word. */
static void assert_hung_up(int fd)
{
    char byte = 0;
    ssize_t len = recv(fd, &byte, 1, 0);
    assert_true(len <= 0);
    (void)close(fd);
}

static void bytes_that_are_no_frame_are_hung_up_on(void **state)
{
    struct place *place = *state;
    assert_hung_up(client(place, (struct gct_slice){ "\xff\xff\xff\xff{}", 6 }));
    assert_hung_up(client(place, (struct gct_slice){ "\x01\x00\x10\x00", 4 }));
    assert_hung_up(client(place, (struct gct_slice){ "\0\0\0\0", 4 }));
    assert_hung_up(client(place, GCT_LIT("GET / HTTP/1.1\r\n\r\n")));
    assert_done(place, "{\"command\":\"user list\"}");
}

static void clients_that_leave_cost_nothing(void **state)
{
    struct place *place = *state;
    for (int i = 0; i < 50; i++) {
        (void)close(client(place, (struct gct_slice){ "\x19\x00\x00\x00{\"comm", 10 }));
        (void)close(client(place, (struct gct_slice){ "\x17\x00\x00\x00{\"command\":\"user list\"}", 27 }));
        (void)close(client(place, GCT_LIT("\x05")));
    }
    assert_done(place, "{\"command\":\"user list\"}");
}

static void garbage_in_a_frame_is_answered(void **state)
{
    struct place *place = *state;
    assert_refused(place, "\xff\xfe garbage", "the request");
    assert_refused(place, "[]", "a JSON object");
    assert_refused(place, "{\"command\":\"rm -rf\"}", "does not know this command");
}

/* ---- one at a time ---- */

struct slow {
    sem_t entered;
    sem_t gate;
};

static struct slow slow;

static enum gct_status slow_reload(void *arg, char *changes, struct gct_error *err)
{
    (void)arg;
    (void)changes;
    (void)err;
    GCT_CHECK_EQ(sem_post(&slow.entered), 0);
    GCT_CHECK_EQ(sem_wait(&slow.gate), 0);
    return GCT_OK;
}

static int slow_setup(void **state)
{
    assert_int_equal(sem_init(&slow.entered, 0, 0), 0);
    assert_int_equal(sem_init(&slow.gate, 0, 0), 0);
    (void)place_straight(state);
    struct place *place = *state;
    struct gct_error err = { GCT_OK, "" };
    place->context.reload = slow_reload;
    assert_ok(gct_control_start(&place->context, place->socket_path, &place->control, &err), err);
    return 0;
}

#define RELOAD ((struct gct_slice){ "\x1c\x00\x00\x00{\"command\":\"channel reload\"}", 32 })
#define LIST ((struct gct_slice){ "\x17\x00\x00\x00{\"command\":\"user list\"}", 27 })

static void assert_answered(int fd)
{
    const struct gct_link_wait wait = { gct_clock_mono_ms() + 5000, -1 };
    struct gct_error err = { GCT_OK, "" };
    struct gct_frame frame;
    gct_frame_begin(&frame, GCT_ANSWER_BYTES);
    assert_ok(gct_link_receive(fd, &wait, &frame, &err), err);
    assert_true(gct_slice_starts(gct_buffer_slice(&frame.body), GCT_LIT("{\"status\":\"ok\"")));
    gct_frame_free(&frame);
    (void)close(fd);
}

static void a_second_client_waits_for_its_turn(void **state)
{
    struct place *place = *state;
    int first = client(place, RELOAD);
    assert_int_equal(sem_wait(&slow.entered), 0);
    int second = client(place, LIST);
    struct pollfd early = { second, POLLIN, 0 };
    assert_int_equal(poll(&early, 1, 50), 0);
    assert_int_equal(sem_post(&slow.gate), 0);
    assert_answered(first);
    assert_answered(second);
}

static void ended(void *arg)
{
    GCT_CHECK_EQ(sem_post(arg), 0);
}

static void the_command_that_runs_is_answered_before_the_end(void **state)
{
    struct place *place = *state;
    sem_t over;
    int value = -1;
    assert_int_equal(sem_init(&over, 0, 0), 0);
    int first = client(place, RELOAD);
    assert_int_equal(sem_wait(&slow.entered), 0);
    int second = client(place, LIST);
    gct_control_end(place->control, ended, &over);
    assert_int_equal(sem_getvalue(&over, &value), 0);
    assert_int_equal(value, 0);
    assert_int_equal(sem_post(&slow.gate), 0);
    assert_int_equal(sem_wait(&over), 0);
    assert_answered(first);
    gct_control_stop(&place->control);
    assert_null(place->control);
    assert_hung_up(second);
}

static void a_silent_client_does_not_hold_up_the_end(void **state)
{
    struct place *place = *state;
    int fd = client(place, GCT_LIT("\x05"));
    int64_t before_ms = gct_clock_mono_ms();
    gct_control_stop(&place->control);
    assert_true(gct_clock_mono_ms() - before_ms < REQUEST_MS / 2);
    assert_hung_up(fd);
}

static void it_may_start_again_at_the_same_place(void **state)
{
    struct place *place = *state;
    struct gct_error err = { GCT_OK, "" };
    gct_control_stop(&place->control);
    gct_control_stop(&place->control);
    assert_ok(gct_control_start(&place->context, place->socket_path, &place->control, &err), err);
    assert_done(place, "{\"command\":\"user list\"}");
}

static void a_place_that_does_not_exist_is_refused(void **state)
{
    struct place *place = *state;
    struct gct_control *control = NULL;
    struct gct_error err = { GCT_OK, "" };
    assert_int_not_equal(gct_control_start(&place->context, "/nonexistent/control.sock", &control, &err),
                         GCT_OK);
    assert_null(control);
    assert_non_null(strstr(err.text, "/nonexistent"));
}

/* ---- who may come in ---- */

static void only_root_and_the_own_user_are_allowed(void **state)
{
    (void)state;
    assert_true(peer_is_allowed(0, 1000));
    assert_true(peer_is_allowed(1000, 1000));
    assert_false(peer_is_allowed(1001, 1000));
    assert_false(peer_is_allowed(1000, 0));
}

/* A stranger who gets as far as the socket, whatever the modes of the files say. */
static void a_stranger_gets_no_answer(void **state)
{
    struct place *place = *state;
    int status = 0;
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(chmod(place->folder, 0755), 0);
    assert_int_equal(chmod(place->socket_path, 0666), 0);
    pid_t child = fork();
    if (child == 0) {
        struct gct_error err = { GCT_OK, "" };
        struct gct_frame frame;
        gct_frame_begin(&frame, GCT_ANSWER_BYTES);
        if (setgid(65534) != 0 || setuid(65534) != 0) {
            _exit(2);
        }
        _exit(gct_link_ask(place->socket_path, GCT_LIT("{\"command\":\"user list\"}"), &frame, &err) ==
                      GCT_UNAVAILABLE
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_done(place, "{\"command\":\"user list\"}");
}

/* ---- long answers ---- */

static void an_answer_that_is_too_long_is_a_refusal(void **state)
{
    struct place *place = *state;
    size_t len = GCT_ANSWER_BYTES;
    char *body = gct_heap_new(len);
    memset(body, 'x', len);
    place_quarantine(place, "maple", (struct gct_slice){ body, len });
    place_quarantine(place, "maple", (struct gct_slice){ body, len - 4096u });
    assert_refused(place, "{\"command\":\"quarantine show\",\"arguments\":{\"id\":\"1\"}}",
                   "at most 4194304 go over");
    struct gct_json *answer =
        place_do(place, "{\"command\":\"quarantine show\",\"arguments\":{\"id\":\"2\"}}");
    assert_int_equal(text_of(answer, 0, "body").len, len - 4096u);
    gct_json_free(&answer);
    free(body);
}

#define ON_A_SOCKET(test) cmocka_unit_test_setup_teardown(test, place_over_socket, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_SOCKET(bytes_that_are_no_frame_are_hung_up_on),
        ON_A_SOCKET(clients_that_leave_cost_nothing),
        ON_A_SOCKET(garbage_in_a_frame_is_answered),
        cmocka_unit_test_setup_teardown(a_second_client_waits_for_its_turn, slow_setup, place_close),
        cmocka_unit_test_setup_teardown(the_command_that_runs_is_answered_before_the_end, slow_setup,
                                        place_close),
        ON_A_SOCKET(a_silent_client_does_not_hold_up_the_end),
        ON_A_SOCKET(it_may_start_again_at_the_same_place),
        ON_A_SOCKET(a_place_that_does_not_exist_is_refused),
        cmocka_unit_test(only_root_and_the_own_user_are_allowed),
        ON_A_SOCKET(a_stranger_gets_no_answer),
        ON_A_SOCKET(an_answer_that_is_too_long_is_a_refusal),
    };
    return cmocka_run_group_tests_name("daemon/control/control", tests, NULL, NULL);
}
