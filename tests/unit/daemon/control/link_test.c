#include "daemon/control/link.c"

#include <stdlib.h>

#include "base/heap.h"
#include "cmocka_all.h"

#define assert_ok(status, err)                                                                               \
    do {                                                                                                     \
        if ((status) != GCT_OK)                                                                              \
            fail_msg("%s", (err).text);                                                                      \
    } while (0)

/* A folder of one's own, and the path of a socket in it. */
struct spot {
    char folder[64];
    char socket_path[96];
};

static int make_folder(void **state)
{
    struct spot *spot = gct_heap_new(sizeof *spot);
    (void)snprintf(spot->folder, sizeof spot->folder, "/tmp/guichet-link-XXXXXX");
    assert_non_null(mkdtemp(spot->folder));
    (void)snprintf(spot->socket_path, sizeof spot->socket_path, "%s/control.sock", spot->folder);
    *state = spot;
    return 0;
}

static int remove_folder(void **state)
{
    struct spot *spot = *state;
    (void)unlink(spot->socket_path);
    assert_int_equal(rmdir(spot->folder), 0);
    free(spot);
    return 0;
}

static void the_socket_is_the_owners_alone(void **state)
{
    struct spot *spot = *state;
    struct gct_error err = { GCT_OK, "" };
    struct stat info;
    int fd = -1;
    assert_ok(gct_link_listen(spot->socket_path, &fd, &err), err);
    assert_int_equal(lstat(spot->socket_path, &info), 0);
    assert_true(S_ISSOCK(info.st_mode));
    assert_int_equal(info.st_mode & 0777u, 0600);
    (void)close(fd);
}

static void a_socket_of_a_former_process_is_replaced(void **state)
{
    struct spot *spot = *state;
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    int client = -1;
    assert_ok(gct_link_listen(spot->socket_path, &fd, &err), err);
    (void)close(fd);
    assert_int_equal(gct_link_connect(spot->socket_path, &client, &err), GCT_NOT_FOUND);
    assert_ok(gct_link_listen(spot->socket_path, &fd, &err), err);
    assert_ok(gct_link_connect(spot->socket_path, &client, &err), err);
    (void)close(client);
    (void)close(fd);
}

static void another_file_there_is_left_alone(void **state)
{
    struct spot *spot = *state;
    struct gct_error err = { GCT_OK, "" };
    int fd = open(spot->socket_path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(gct_link_listen(spot->socket_path, &fd, &err), GCT_DENIED);
    assert_non_null(strstr(err.text, "is no socket"));
    assert_int_equal(access(spot->socket_path, F_OK), 0);
}

static void an_open_folder_is_refused(void **state)
{
    struct spot *spot = *state;
    struct gct_error err = { GCT_OK, "" };
    int fd = -1;
    assert_int_equal(chmod(spot->folder, 0750), 0);
    assert_int_equal(gct_link_listen(spot->socket_path, &fd, &err), GCT_DENIED);
    assert_non_null(strstr(err.text, "mode 700"));
}

static void a_long_path_is_no_obstacle(void **state)
{
    struct spot *spot = *state;
    struct gct_error err = { GCT_OK, "" };
    char folder[200];
    char path[300];
    int fd = -1;
    int client = -1;
    (void)snprintf(folder, sizeof folder, "%s/%0120d", spot->folder, 0);
    (void)snprintf(path, sizeof path, "%s/control.sock", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_ok(gct_link_listen(path, &fd, &err), err);
    assert_ok(gct_link_connect(path, &client, &err), err);
    (void)close(client);
    (void)close(fd);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void where_nobody_listens_nothing_is_found(void **state)
{
    struct spot *spot = *state;
    struct gct_error err = { GCT_OK, "" };
    int client = -1;
    assert_int_equal(gct_link_connect(spot->socket_path, &client, &err), GCT_NOT_FOUND);
    assert_int_equal(gct_link_connect("/nonexistent/control.sock", &client, &err), GCT_NOT_FOUND);
    assert_int_equal(gct_link_connect("control.sock", &client, &err), GCT_INVALID);
    assert_int_equal(gct_link_connect("/tmp/", &client, &err), GCT_INVALID);
}

/* Both ends of a connection. */
static void pair(int fds[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
}

static void a_frame_that_stops_halfway_ends_at_its_time(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    const struct gct_link_wait wait = { gct_clock_mono_ms() + 30, -1 };
    struct gct_frame frame;
    int fds[2];
    (void)state;
    pair(fds);
    gct_frame_begin(&frame, GCT_REQUEST_BYTES);
    assert_int_equal(write(fds[0], "\x05\x00\x00\x00he", 6), 6);
    assert_int_equal(gct_link_receive(fds[1], &wait, &frame, &err), GCT_TIMEOUT);
    gct_frame_free(&frame);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_frame_that_is_cut_off_is_no_frame(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    const struct gct_link_wait wait = { -1, -1 };
    struct gct_frame frame;
    int fds[2];
    (void)state;
    pair(fds);
    gct_frame_begin(&frame, GCT_REQUEST_BYTES);
    assert_int_equal(write(fds[0], "\x05\x00\x00\x00he", 6), 6);
    (void)close(fds[0]);
    assert_int_equal(gct_link_receive(fds[1], &wait, &frame, &err), GCT_UNAVAILABLE);
    gct_frame_free(&frame);
    (void)close(fds[1]);
}

static void a_reader_that_does_not_read_ends_at_its_time(void **state)
{
    struct gct_error err = { GCT_OK, "" };
    const struct gct_link_wait wait = { gct_clock_mono_ms() + 30, -1 };
    char *body = gct_heap_new(GCT_ANSWER_BYTES);
    int fds[2];
    (void)state;
    pair(fds);
    assert_int_equal(gct_link_send(fds[1], &wait, (struct gct_slice){ body, GCT_ANSWER_BYTES }, &err),
                     GCT_TIMEOUT);
    (void)close(fds[0]);
    (void)close(fds[1]);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_socket_is_the_owners_alone, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_socket_of_a_former_process_is_replaced, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(another_file_there_is_left_alone, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_open_folder_is_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_long_path_is_no_obstacle, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(where_nobody_listens_nothing_is_found, make_folder, remove_folder),
        cmocka_unit_test(a_frame_that_stops_halfway_ends_at_its_time),
        cmocka_unit_test(a_frame_that_is_cut_off_is_no_frame),
        cmocka_unit_test(a_reader_that_does_not_read_ends_at_its_time),
    };
    return cmocka_run_group_tests_name("daemon/control/link", tests, NULL, NULL);
}
