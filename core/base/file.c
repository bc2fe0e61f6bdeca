#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/slice.h"

/* Reads size bytes, or fewer when the file ends before. */
static enum gct_status read_all(int fd, char *memory, size_t size, size_t *len, const char *path,
                                struct gct_error *err)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(fd, memory + got, size - got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
        }
        if (n == 0) {
            break;
        }
        got += (size_t)n;
    }
    *len = got;
    return GCT_OK;
}

enum gct_status gct_file_read(const char *path, size_t limit, struct gct_arena *arena,
                              struct gct_slice *bytes, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct stat info;
    char *memory = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return gct_error_set(err, errno == ENOENT ? GCT_NOT_FOUND : GCT_UNAVAILABLE, "%s: %s", path,
                             strerror(errno));
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        st = gct_error_set(err, GCT_INVALID, "%s is not a regular file", path);
        goto out;
    }
    if ((uint64_t)info.st_size > limit) {
        st = gct_error_set(err, GCT_LIMIT, "%s has %jd bytes, at most %zu are read", path,
                           (intmax_t)info.st_size, limit);
        goto out;
    }
    memory = gct_arena_alloc(arena, (size_t)info.st_size, 16u);
    if (memory == NULL) {
        st = gct_error_set(err, GCT_LIMIT, "%s: no room for %jd bytes", path, (intmax_t)info.st_size);
        goto out;
    }
    bytes->ptr = memory;
    st = read_all(fd, memory, (size_t)info.st_size, &bytes->len, path, err);
out:
    (void)close(fd);
    return st;
}

static enum gct_status write_all(int fd, struct gct_slice bytes, const char *path, struct gct_error *err)
{
    while (bytes.len != 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
        }
        bytes = gct_slice_from(bytes, (size_t)n);
    }
    return GCT_OK;
}

static enum gct_status sync_folder_of(const char *path, struct gct_error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    (void)snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
                   slash == NULL ? "." : path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) != 0;
    enum gct_status st =
        failed ? gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", folder, strerror(errno)) : GCT_OK;
    if (fd >= 0) {
        (void)close(fd);
    }
    return st;
}

enum gct_status gct_file_write(const char *path, struct gct_slice bytes, unsigned mode, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    char key[GCT_KEY_TEXT];
    char temporary[PATH_MAX];
    gct_random_key(key);
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.%s", path, key) >= sizeof temporary) {
        return gct_error_set(err, GCT_LIMIT, "the path %.100s… is too long", path);
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", temporary, strerror(errno));
    }
    st = write_all(fd, bytes, temporary, err);
    if (st == GCT_OK && fsync(fd) != 0) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", temporary, strerror(errno));
    }
    if (close(fd) != 0 && st == GCT_OK) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", temporary, strerror(errno));
    }
    if (st == GCT_OK && rename(temporary, path) != 0) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
    }
    if (st != GCT_OK) {
        (void)unlink(temporary);
        return st;
    }
    return sync_folder_of(path, err);
}

enum gct_status gct_folder_make(const char *path, unsigned mode, struct gct_error *err)
{
    struct stat info;
    if (mkdir(path, (mode_t)mode) == 0 ||
        (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode))) {
        return GCT_OK;
    }
    return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
}
