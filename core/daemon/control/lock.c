#include "daemon/control/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/slice.h"

/* The number in the file is for people; the lock is the kernel's. */
static void write_number(int fd)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) == 0) {
        ssize_t written = pwrite(fd, text, (size_t)len, 0);
        (void)written;
    }
}

static enum gct_status say_who(int fd, const char *run_dir, struct gct_error *err)
{
    char text[24];
    int64_t number = 0;
    ssize_t len = pread(fd, text, sizeof text, 0);
    struct gct_slice line = { text, len > 0 ? (size_t)len : 0u };
    line = gct_slice_head(line, gct_slice_find(line, '\n'));
    if (gct_slice_integer(line, 1, INT_MAX, &number) != GCT_OK) {
        return gct_error_set(err, GCT_AGAIN, "%s is in use by another process", run_dir);
    }
    return gct_error_set(err, GCT_AGAIN, "%s is in use by process %d", run_dir, (int)number);
}

enum gct_status gct_lock_take(const char *run_dir, int *fd, struct gct_error *err)
{
    char path[PATH_MAX];
    enum gct_status st = GCT_OK;
    int lock = -1;
    *fd = -1;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", run_dir, GCT_LOCK_FILE) >= sizeof path) {
        return gct_error_set(err, GCT_LIMIT, "the path %.100s… is too long", run_dir);
    }
    lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock < 0) {
        return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
    }
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
        write_number(lock);
        *fd = lock;
        return GCT_OK;
    }
    st = errno == EWOULDBLOCK ? say_who(lock, run_dir, err)
                              : gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
    (void)close(lock);
    return st;
}

void gct_lock_free(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}
