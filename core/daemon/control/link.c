#include "daemon/control/link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"

#define BACKLOG 16
#define READ_BYTES 16384u
#define SEND_MS (10 * GCT_SECOND_MS)

/* ---- addresses ---- */

/* A socket's place: its folder, open, and its name in there. */
struct place {
    int folder;
    const char *name;
    struct sockaddr_un address;
};

static void place_close(struct place *place)
{
    if (place->folder >= 0) {
        (void)close(place->folder);
    }
}

/* The address goes through the open folder, so that only the last part of the path counts for its length. */
static enum gct_status place_open(const char *path, struct place *place, struct gct_error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int len = 0;
    *place = (struct place){ .folder = -1, .name = "", .address = { .sun_family = AF_UNIX } };
    if (slash == NULL ||
        (size_t)snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path) >= sizeof folder) {
        return gct_error_set(err, GCT_INVALID, "%.100s is no path for a socket", path);
    }
    place->name = slash + 1;
    place->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place->folder < 0) {
        enum gct_status st = errno == ENOENT || errno == ENOTDIR ? GCT_NOT_FOUND
                             : errno == EACCES                   ? GCT_DENIED
                                                                 : GCT_UNAVAILABLE;
        return gct_error_set(err, st, "%s: %s", folder, strerror(errno));
    }
    len = snprintf(place->address.sun_path, sizeof place->address.sun_path, "/proc/self/fd/%d/%s",
                   place->folder, place->name);
    if (place->name[0] == '\0' || (size_t)len >= sizeof place->address.sun_path) {
        return gct_error_set(err, GCT_INVALID, "%.100s is no name for a socket", place->name);
    }
    return GCT_OK;
}

/* Whoever may enter the folder may try to connect: it is the user's own. */
static enum gct_status check_folder(const struct place *place, const char *path, struct gct_error *err)
{
    struct stat info;
    if (fstat(place->folder, &info) != 0 || info.st_uid != geteuid() || (info.st_mode & 077u) != 0) {
        return gct_error_set(err, GCT_DENIED, "the folder of %s must belong to user %u with mode 700", path,
                             (unsigned)geteuid());
    }
    return GCT_OK;
}

static enum gct_status remove_old(const struct place *place, const char *path, struct gct_error *err)
{
    struct stat info;
    if (fstatat(place->folder, place->name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? GCT_OK
                               : gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
    }
    if (!S_ISSOCK(info.st_mode)) {
        return gct_error_set(err, GCT_DENIED, "%s is there and is no socket", path);
    }
    if (unlinkat(place->folder, place->name, 0) != 0) {
        return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
    }
    return GCT_OK;
}

enum gct_status gct_link_listen(const char *path, int *fd, struct gct_error *err)
{
    struct place place;
    int made = -1;
    enum gct_status st = place_open(path, &place, err);
    *fd = -1;
    if (st == GCT_OK) {
        st = check_folder(&place, path, err);
    }
    if (st == GCT_OK) {
        st = remove_old(&place, path, err);
    }
    if (st != GCT_OK) {
        goto out;
    }
    /* Nobody can connect before listen(), so the mode is right from the first connection on. */
    made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0 || bind(made, (const struct sockaddr *)&place.address, sizeof place.address) != 0 ||
        fchmodat(place.folder, place.name, 0600, 0) != 0 || listen(made, BACKLOG) != 0) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
        goto out;
    }
    *fd = made;
    made = -1;
out:
    if (made >= 0) {
        (void)close(made);
    }
    place_close(&place);
    return st;
}

enum gct_status gct_link_connect(const char *path, int *fd, struct gct_error *err)
{
    struct place place;
    int made = -1;
    enum gct_status st = place_open(path, &place, err);
    *fd = -1;
    if (st != GCT_OK) {
        goto out;
    }
    made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (const struct sockaddr *)&place.address, sizeof place.address) != 0) {
        st = errno == ENOENT || errno == ECONNREFUSED ? GCT_NOT_FOUND
             : errno == EACCES || errno == EPERM      ? GCT_DENIED
                                                      : GCT_UNAVAILABLE;
        st = gct_error_set(err, st, "%s: %s", path, strerror(errno));
        goto out;
    }
    *fd = made;
    made = -1;
out:
    if (made >= 0) {
        (void)close(made);
    }
    place_close(&place);
    return st;
}

/* ---- frames ---- */

/* Sleeps until fd is ready for events. */
static enum gct_status await(int fd, short events, const struct gct_link_wait *wait, struct gct_error *err)
{
    struct pollfd fds[2] = { { fd, events, 0 }, { wait->stop_fd, POLLIN, 0 } };
    int ready = 0;
    do {
        int64_t left = wait->until_mono_ms < 0 ? -1 : wait->until_mono_ms - gct_clock_mono_ms();
        if (wait->until_mono_ms >= 0 && left <= 0) {
            return gct_error_set(err, GCT_TIMEOUT, "the other side of the control socket is too slow");
        }
        ready = poll(fds, GCT_COUNT(fds), (int)(left > INT_MAX ? INT_MAX : left));
    } while (ready == 0 || (ready < 0 && errno == EINTR));
    if (ready < 0 || fds[1].revents != 0) {
        return gct_error_set(err, GCT_UNAVAILABLE, "the control socket is being closed");
    }
    return GCT_OK;
}

enum gct_status gct_link_receive(int fd, const struct gct_link_wait *wait, struct gct_frame *frame,
                                 struct gct_error *err)
{
    char bytes[READ_BYTES];
    enum gct_status st = GCT_AGAIN;
    while (st == GCT_AGAIN && (st = await(fd, POLLIN, wait, err)) == GCT_OK) {
        ssize_t len = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        size_t used = 0;
        if (len > 0) {
            st = gct_frame_take(frame, (struct gct_slice){ bytes, (size_t)len }, &used, err);
        } else if (len < 0 && (errno == EAGAIN || errno == EINTR)) {
            st = GCT_AGAIN;
        } else {
            st = gct_error_set(err, GCT_UNAVAILABLE, "the other side of the control socket went away");
        }
    }
    return st;
}

static enum gct_status send_all(int fd, const struct gct_link_wait *wait, struct gct_slice bytes,
                                struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    while (st == GCT_OK && bytes.len != 0) {
        ssize_t len = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (len >= 0) {
            bytes = gct_slice_from(bytes, (size_t)len);
        } else if (errno == EAGAIN || errno == EINTR) {
            st = await(fd, POLLOUT, wait, err);
        } else {
            st = gct_error_set(err, GCT_UNAVAILABLE, "the other side of the control socket went away");
        }
    }
    return st;
}

enum gct_status gct_link_send(int fd, const struct gct_link_wait *wait, struct gct_slice body,
                              struct gct_error *err)
{
    unsigned char head[GCT_FRAME_HEAD];
    gct_frame_write_head(body.len, head);
    enum gct_status st = send_all(fd, wait, (struct gct_slice){ (const char *)head, sizeof head }, err);
    return st == GCT_OK ? send_all(fd, wait, body, err) : st;
}

enum gct_status gct_link_ask(const char *path, struct gct_slice request, struct gct_frame *answer,
                             struct gct_error *err)
{
    int fd = -1;
    const struct gct_link_wait soon = { gct_clock_mono_ms() + SEND_MS, -1 };
    const struct gct_link_wait whenever = { -1, -1 };
    enum gct_status st = gct_link_connect(path, &fd, err);
    if (st == GCT_OK) {
        st = gct_link_send(fd, &soon, request, err);
    }
    if (st == GCT_OK) {
        st = gct_link_receive(fd, &whenever, answer, err);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return st;
}
