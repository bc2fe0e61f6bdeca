#include "plugin/load/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/slice.h"
#include "plugin/host/host.h"
#include "plugin/load/entry_check.h"

#define NAME_BYTES 64u

static enum gct_status check_name(struct gct_slice name, struct gct_error *err)
{
    int ok = name.len != 0 && name.len <= NAME_BYTES;
    for (size_t i = 0; ok && i < name.len; i++) {
        char c = name.ptr[i];
        ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    return ok ? GCT_OK
              : gct_error_set(
                    err, GCT_INVALID,
                    "a plugin is named by 1 to %u lower-case letters, digits, '_' or '-': no path, no dot",
                    NAME_BYTES);
}

/* Who could have written the file decides whether it is run. */
static enum gct_status check_owner(const struct stat *info, const char *path, struct gct_error *err)
{
    if (!S_ISREG(info->st_mode)) {
        return gct_error_set(err, GCT_DENIED, "%s is not a regular file", path);
    }
    if (info->st_uid != 0 && info->st_uid != geteuid()) {
        return gct_error_set(err, GCT_DENIED,
                             "%s belongs to user %u; only files of root or of user %u are loaded", path,
                             (unsigned)info->st_uid, (unsigned)geteuid());
    }
    if ((info->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return gct_error_set(err, GCT_DENIED,
                             "%s has mode %03o: others than its owner may write it (chmod go-w)", path,
                             (unsigned)info->st_mode & 0777u);
    }
    return GCT_OK;
}

static enum gct_status read_bytes(int fd, size_t size, struct gct_arena *arena, struct gct_slice *out,
                                  const char *path, struct gct_error *err)
{
    char *memory = size > PLUGIN_FILE_BYTES ? NULL : gct_arena_alloc(arena, size, 64u);
    size_t got = 0;
    if (memory == NULL) {
        return gct_error_set(err, GCT_LIMIT, "%s has %zu bytes, at most %zu are loaded", path, size,
                             PLUGIN_FILE_BYTES);
    }
    while (got < size) {
        ssize_t n = read(fd, memory + got, size - got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path,
                                 n < 0 ? strerror(errno) : "it shrinks");
        }
        got += (size_t)n;
    }
    *out = (struct gct_slice){ memory, size };
    return GCT_OK;
}

/* The bytes of the file at path, after its owner and mode were checked on the open file. */
static enum gct_status open_and_read(const char *path, struct gct_arena *arena, struct gct_slice *out,
                                     struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        int why = errno;
        return gct_error_set(err, why == ENOENT ? GCT_NOT_FOUND : GCT_DENIED, "%s: %s", path,
                             why == ELOOP ? "it is a symbolic link" : strerror(why));
    }
    if (fstat(fd, &info) != 0) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "%s: %s", path, strerror(errno));
        goto out;
    }
    st = check_owner(&info, path, err);
    if (st == GCT_OK) {
        st = read_bytes(fd, (size_t)info.st_size, arena, out, path, err);
    }
out:
    (void)close(fd);
    return st;
}

static enum gct_status check_requires(const struct gct_manifest *manifest, struct gct_arena *arena,
                                      struct gct_error *err)
{
    for (size_t i = 0; i < manifest->requires_count; i++) {
        const char *id = gct_arena_cstr(arena, manifest->requires_ext[i]);
        if (id == NULL || plugin_host_extension(id) == NULL) {
            return gct_error_set(err, GCT_INCOMPATIBLE,
                                 "needs host extension %.*s, this Guichet (ABI %u.%u) has:%s",
                                 GCT_ARG(manifest->requires_ext[i]), GCT_ABI_MAJOR, GCT_ABI_MINOR,
                                 plugin_host_extension_list());
        }
    }
    return GCT_OK;
}

/* The folder of the copies: ours alone, since what stands in it is run. */
static enum gct_status make_folder(const char *run_dir, struct gct_error *err)
{
    struct stat info;
    enum gct_status st = gct_folder_make(run_dir, 0700, err);
    if (st == GCT_OK && (lstat(run_dir, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid() ||
                         (info.st_mode & 077u) != 0)) {
        st = gct_error_set(err, GCT_DENIED, "%s must be a folder of user %u with mode 700", run_dir,
                           (unsigned)geteuid());
    }
    return st;
}

/* <run_dir>/<digest>.so with exactly these bytes; one that is already there is kept. */
static enum gct_status make_copy(const char *run_dir, struct gct_slice bytes, struct gct_arena *arena,
                                 struct plugin_file *out, struct gct_error *err)
{
    unsigned char digest[GCT_SHA256_BYTES];
    struct gct_slice there = GCT_EMPTY;
    struct gct_arena *scratch = gct_arena_new(PLUGIN_FILE_BYTES);
    enum gct_status st = make_folder(run_dir, err);
    gct_sha256(bytes, digest);
    gct_hex_encode(digest, sizeof digest, out->digest);
    out->copy = gct_arena_format(arena, "%s/%s.so", run_dir, out->digest).ptr;
    if (st != GCT_OK || out->copy == NULL) {
        goto out;
    }
    if (gct_file_read(out->copy, PLUGIN_FILE_BYTES, scratch, &there, NULL) != GCT_OK ||
        !gct_slice_eq(there, bytes)) {
        st = gct_file_write(out->copy, bytes, 0600, err);
    }
out:
    gct_arena_free(&scratch);
    return st;
}

enum gct_status plugin_file_admit(const char *plugin_dir, const char *run_dir, struct gct_slice name,
                                  struct gct_arena *arena, struct plugin_file *out, struct gct_error *err)
{
    struct gct_error local;
    struct gct_slice bytes = GCT_EMPTY;
    struct gct_arena *scratch = gct_arena_new(PLUGIN_FILE_BYTES + 1024u);
    enum gct_status st = GCT_OK;
    const char *path = NULL;
    err = err == NULL ? &local : err;
    memset(out, 0, sizeof *out);
    st = check_name(name, err);
    if (st != GCT_OK) {
        goto out;
    }
    out->name = gct_arena_copy(arena, name);
    path = gct_arena_format(arena, "%s/%.*s.so", plugin_dir, GCT_ARG(name)).ptr;
    if (path == NULL) {
        st = gct_error_set(err, GCT_LIMIT, "no room to keep it");
        goto out;
    }
    if ((st = open_and_read(path, scratch, &bytes, err)) != GCT_OK ||
        (st = gct_manifest_read(bytes, arena, &out->manifest, err)) != GCT_OK) {
        goto out;
    }
    if (!gct_slice_eq(out->manifest.id, name)) {
        st = gct_error_set(err, GCT_INVALID, "its manifest says it is \"%.*s\"", GCT_ARG(out->manifest.id));
        goto out;
    }
    st = check_requires(&out->manifest, arena, err);
    if (st == GCT_OK) {
        st = make_copy(run_dir, bytes, arena, out, err);
    }
out:
    gct_arena_free(&scratch);
    return st == GCT_OK
               ? GCT_OK
               : gct_error_prefix(err, "channel plugin %.*s", GCT_ARG(gct_utf8_head(name, NAME_BYTES)));
}

/* dlerror() without the path of the private copy, which tells a person nothing. */
static const char *load_problem(const char *copy)
{
    const char *problem = dlerror();
    size_t len = strlen(copy);
    if (problem == NULL) {
        return "no reason given";
    }
    return strncmp(problem, copy, len) == 0 && problem[len] == ':' ? problem + len + 2u : problem;
}

enum gct_status plugin_file_load(const char *copy, struct gct_slice id, const struct gct_plugin_entry **out,
                                 struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct gct_error local;
    const struct gct_plugin_entry *entry = NULL;
    void *code = dlopen(copy, RTLD_NOW | RTLD_LOCAL);
    err = err == NULL ? &local : err;
    if (code == NULL) {
        st = gct_error_set(err, GCT_INCOMPATIBLE, "cannot be loaded: %s", load_problem(copy));
        goto out;
    }
    entry = dlsym(code, "gct_plugin_entry");
    st = entry == NULL ? gct_error_set(err, GCT_INCOMPATIBLE, "exports no gct_plugin_entry")
                       : gct_entry_check(entry->size, entry->abi, err);
    if (st == GCT_OK) {
        st = gct_entry_check_table(entry, id, err);
    }
out:
    *out = st == GCT_OK ? entry : NULL;
    if (st != GCT_OK && code != NULL) {
        (void)dlclose(code); /* nothing of it was called, nothing of it is kept */
    }
    return st == GCT_OK ? GCT_OK : gct_error_prefix(err, "channel plugin %.*s", GCT_ARG(id));
}
