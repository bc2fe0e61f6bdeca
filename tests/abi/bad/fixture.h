/* A folder of its own for a test, with copies of the bad plugins in it, and a registry over that folder. */
#ifndef GUICHET_TESTS_ABI_BAD_FIXTURE_H
#define GUICHET_TESTS_ABI_BAD_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

#include "base/file.h"
#include "base/slice.h"
#include "plugin/registry.h"

struct fixture {
    char folder[64];
    char plugins[80];
    char run[80];
    struct gct_arena *arena;
    struct gct_registry *registry;
};

static void fixture_open(struct fixture *fixture, int64_t deadline_ms, size_t queue_limit)
{
    struct gct_error err = { GCT_OK, "" };
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/guichet-bad-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->plugins, sizeof fixture->plugins, "%s/plugins", fixture->folder);
    (void)snprintf(fixture->run, sizeof fixture->run, "%s/run", fixture->folder);
    assert_int_equal(mkdir(fixture->plugins, 0755), 0);
    fixture->arena = gct_arena_new((size_t)64 << 20);
    const struct gct_registry_options options = { .plugin_dir = fixture->plugins,
                                                  .run_dir = fixture->run,
                                                  .backend = "inproc",
                                                  .queue_limit = queue_limit,
                                                  .deadline_ms = deadline_ms };
    if (gct_registry_new(&options, &fixture->registry, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
}

static int fixture_remove(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static void fixture_close(struct fixture *fixture)
{
    gct_registry_free(&fixture->registry);
    gct_arena_free(&fixture->arena);
    assert_int_equal(nftw(fixture->folder, fixture_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* The bytes of a built plugin. */
static struct gct_slice fixture_bytes(struct fixture *fixture, const char *plugin)
{
    char path[512];
    struct gct_error err = { GCT_OK, "" };
    struct gct_slice bytes = GCT_EMPTY;
    (void)snprintf(path, sizeof path, "%s/%s.so", GCT_BAD_DIR, plugin);
    if (gct_file_read(path, (size_t)32 << 20, fixture->arena, &bytes, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
    return bytes;
}

/* Puts bytes at <plugins>/<name>.so. */
static void fixture_put(struct fixture *fixture, const char *name, struct gct_slice bytes, unsigned mode)
{
    char path[512];
    struct gct_error err = { GCT_OK, "" };
    (void)snprintf(path, sizeof path, "%s/%s.so", fixture->plugins, name);
    if (gct_file_write(path, bytes, 0600, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(chmod(path, (mode_t)mode), 0);
}

static enum gct_status fixture_channel(struct fixture *fixture, const char *plugin, struct gct_instance **out,
                                       struct gct_error *err)
{
    const struct gct_channel_settings settings = {
        .name = gct_slice_of("desk"), .plugin = gct_slice_of(plugin), .file = "guichet.conf", .line = 7
    };
    return gct_registry_open(fixture->registry, &settings, out, err);
}

#endif
