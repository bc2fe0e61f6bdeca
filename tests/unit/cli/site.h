/* A folder with a configuration file, a data folder with a database in it, and a gateway's control socket
 * when one is asked for. */
#ifndef GUICHET_TESTS_UNIT_CLI_SITE_H
#define GUICHET_TESTS_UNIT_CLI_SITE_H

#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/audit.h"
#include "base/file.h"
#include "base/heap.h"
#include "cmocka_all.h"
#include "daemon/control/control.h"
#include "daemon/control/lock.h"
#include "router/ingest.h"

#define assert_ok(status, err)                                                                               \
    do {                                                                                                     \
        if ((status) != GCT_OK)                                                                              \
            fail_msg("%s", (err).text);                                                                      \
    } while (0)

struct site {
    char folder[64];
    char config[96];
    char data[96];
    char run[96];
    char database[96];
    char socket[96];
    /* A gateway that runs. */
    int lock_fd;
    struct gct_store *store;
    struct gct_directory_slot *slot;
    struct gct_command_context context;
    struct gct_control *control;
    atomic_int people_changed;
};

static GCT_UNUSED void site_configure(struct site *site, const char *more)
{
    FILE *file = fopen(site->config, "w");
    assert_non_null(file);
    fprintf(file, "data_dir = \"%s\"\nplugin_dir = \"%s\"\n%s", site->data, site->folder, more);
    assert_int_equal(fclose(file), 0);
}

static int site_setup(void **state)
{
    struct site *site = gct_heap_new(sizeof *site);
    struct gct_error err = { GCT_OK, "" };
    (void)snprintf(site->folder, sizeof site->folder, "/tmp/guichet-cli-XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    (void)snprintf(site->config, sizeof site->config, "%s/guichet.conf", site->folder);
    (void)snprintf(site->data, sizeof site->data, "%s/data", site->folder);
    (void)snprintf(site->run, sizeof site->run, "%s/data/run", site->folder);
    (void)snprintf(site->database, sizeof site->database, "%s/data/guichet.db", site->folder);
    (void)snprintf(site->socket, sizeof site->socket, "%s/data/run/control.sock", site->folder);
    site->lock_fd = -1;
    assert_ok(gct_folder_make(site->data, 0700u, &err), err);
    assert_ok(gct_folder_make(site->run, 0700u, &err), err);
    site_configure(site, "");
    *state = site;
    return 0;
}

/* ---- the store, and the gateway ---- */

static void site_open(struct site *site)
{
    const struct gct_store_options options = { .path = site->database };
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_lock_take(site->run, &site->lock_fd, &err), err);
    assert_ok(gct_store_open(&options, &site->store, &err), err);
}

static void site_close(struct site *site)
{
    gct_control_stop(&site->control);
    if (site->store != NULL) {
        gct_store_close(&site->store);
    }
    if (site->slot != NULL) {
        gct_directory_slot_free(&site->slot);
    }
    gct_lock_free(&site->lock_fd);
}

static GCT_UNUSED int site_people(void *arg)
{
    atomic_fetch_add(&((struct site *)arg)->people_changed, 1);
    return 1;
}

static GCT_UNUSED enum gct_status site_reload(void *arg, char *changes, struct gct_error *err)
{
    (void)arg;
    (void)changes;
    (void)err;
    return GCT_OK;
}

static GCT_UNUSED enum gct_status site_sync(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

/* From here on the store is a gateway's. */
static GCT_UNUSED void site_listen(struct site *site)
{
    const struct gct_directory_options options = { .count = 0 };
    struct gct_error err = { GCT_OK, "" };
    struct gct_directory *directory = gct_directory_new(&options);
    assert_ok(gct_store_write_wait(site->store, site_sync, directory, &err), err);
    site->slot = gct_directory_slot_new();
    gct_directory_set(site->slot, directory);
    site->context = (struct gct_command_context){ .store = site->store,
                                                  .directory = site->slot,
                                                  .people_changed = site_people,
                                                  .reload = site_reload,
                                                  .arg = site };
    assert_ok(gct_control_start(&site->context, site->socket, &site->control, &err), err);
}

/* ---- what is in the database ---- */

#define SITE_INBOX "inbox needle"
#define SITE_QUARANTINE "quarantine needle"
#define SITE_AUDIT "audit needle"

static enum gct_status site_write(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct gct_http_request waiting = { .size = sizeof waiting,
                                              .path = GCT_LIT("/"),
                                              .body = GCT_LIT(SITE_INBOX) };
    const struct gct_http_request unread = { .size = sizeof unread,
                                             .path = GCT_LIT("/"),
                                             .body = GCT_LIT(SITE_QUARANTINE) };
    const struct gct_hook first = { GCT_LIT("maple"), &waiting, 1767225700000 };
    const struct gct_hook second = { GCT_LIT("maple"), &unread, 1767225700000 };
    const struct gct_translation translation = { .kind = GCT_DECODE,
                                                 .status = GCT_INVALID,
                                                 .reason = GCT_LIT("no") };
    const struct gct_audit entry = { GCT_LIT("cli"), GCT_LIT(SITE_AUDIT), GCT_LIT("user:1"), NULL };
    const struct gct_directory_options options = { .count = 0 };
    struct gct_directory *directory = gct_directory_new(&options);
    struct gct_ingest_counts counts = { 0 };
    (void)arg;
    enum gct_status st = gct_ingest_raw(tx, &first, err);
    st = st == GCT_OK ? gct_ingest_translation(tx, directory, &second, &translation, &counts, err) : st;
    st = st == GCT_OK ? gct_audit_write(tx, &entry, err) : st;
    st = st == GCT_OK ? gct_audit_write(tx, &entry, err) : st;
    gct_directory_free(&directory);
    return st;
}

static GCT_UNUSED void site_fill(struct site *site)
{
    struct gct_error err = { GCT_OK, "" };
    site_open(site);
    assert_ok(gct_store_write_wait(site->store, site_write, NULL, &err), err);
    site_close(site);
}

/* One bit of the words is turned, wherever they stand in the closed file. */
static GCT_UNUSED void site_damage(const struct site *site, const char *words)
{
    struct gct_arena *arena = gct_arena_new((size_t)16u << 20);
    struct gct_slice bytes = GCT_EMPTY;
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_file_read(site->database, (size_t)8u << 20, arena, &bytes, &err), err);
    const char *found = memmem(bytes.ptr, bytes.len, words, strlen(words));
    assert_non_null(found);
    char turned = (char)(found[3] ^ 4);
    int fd = open(site->database, O_WRONLY);
    assert_int_equal(pwrite(fd, &turned, 1, found - bytes.ptr + 3), 1);
    assert_int_equal(close(fd), 0);
    gct_arena_free(&arena);
}

static int site_remove(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int site_teardown(void **state)
{
    struct site *site = *state;
    site_close(site);
    assert_int_equal(nftw(site->folder, site_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(site);
    return 0;
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, site_setup, site_teardown)

#endif
