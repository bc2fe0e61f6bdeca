#include "cli/gateway.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/heap.h"
#include "base/slice.h"
#include "daemon/control/command.h"
#include "daemon/control/link.h"
#include "daemon/control/lock.h"
#include "daemon/control/plugins.h"
#include "daemon/settings.h"

/* How long a gateway may take to start or to stop while somebody waits. */
#define PATIENCE_MS (10 * GCT_SECOND_MS)
#define PAUSE_NS 50000000L
#define READ_MS (10 * GCT_MINUTE_MS)

struct cli_gateway {
    struct gct_settings *settings;
    struct gct_registry *registry;
    /* Without a gateway. */
    int lock_fd;
    struct gct_store *store; /* NULL: not opened, ask over the socket */
    struct gct_directory_slot *slot;
    struct gct_command_context context;
};

/* ---- files that root makes ---- */

/* What root makes in the data folder belongs to the folder's owner, or the gateway could not open it. A file
 * that has another name as well may be anybody's and stays as it is. */
static void give_to_owner(int folder, const char *name, const struct stat *owner)
{
    struct stat info;
    int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &info) == 0 && info.st_uid == 0 &&
        (S_ISDIR(info.st_mode) || (S_ISREG(info.st_mode) && info.st_nlink == 1u)) &&
        fchownat(fd, "", owner->st_uid, owner->st_gid, AT_EMPTY_PATH) != 0) {
        (void)fprintf(stderr, "guichetctl: %s stays root's: %s\n", name, strerror(errno));
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

static void give_files_to_owner(const struct gct_settings *settings)
{
    static const char *const suffixes[] = { "", "-wal", "-shm" };
    struct stat owner;
    DIR *run = NULL;
    const struct dirent *entry = NULL;
    if (geteuid() != 0 || lstat(settings->data_dir, &owner) != 0 || owner.st_uid == 0) {
        return;
    }
    for (size_t i = 0; i < GCT_COUNT(suffixes); i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s%s", settings->store_path, suffixes[i]);
        give_to_owner(AT_FDCWD, path, &owner);
    }
    run = opendir(settings->run_dir);
    while (run != NULL && (entry = readdir(run)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            give_to_owner(dirfd(run), entry->d_name, &owner);
        }
    }
    give_to_owner(AT_FDCWD, settings->run_dir, &owner);
    if (run != NULL) {
        (void)closedir(run);
    }
}

/* ---- being the gateway ---- */

static struct gct_json *plugins(void *arg)
{
    const struct cli_gateway *gateway = arg;
    return gct_plugins_json(gateway->registry, gateway->settings);
}

static enum gct_status sync_directory(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

/* Channels by name and number, without plugins behind them. */
static enum gct_status make_directory(struct cli_gateway *gateway, struct gct_error *err)
{
    const struct gct_settings *settings = gateway->settings;
    struct gct_directory_entry *entries = gct_heap_array(settings->channel_count + 1u, sizeof *entries);
    for (size_t i = 0; i < settings->channel_count; i++) {
        entries[i].settings = &settings->channels[i];
    }
    const struct gct_directory_options options = { .entries = entries, .count = settings->channel_count };
    struct gct_directory *directory = gct_directory_new(&options);
    enum gct_status st = gct_store_write_wait(gateway->store, sync_directory, directory, err);
    if (st == GCT_OK) {
        gateway->slot = gct_directory_slot_new();
        gct_directory_set(gateway->slot, directory);
    } else {
        gct_directory_free(&directory);
    }
    free(entries);
    return st;
}

/* With the lock: nobody else has the store open. */
static enum gct_status open_store(struct cli_gateway *gateway, struct gct_error *err)
{
    const struct gct_store_options options = { .path = gateway->settings->store_path,
                                               .read_budget_ms = READ_MS };
    enum gct_status st = gct_store_open(&options, &gateway->store, err);
    give_files_to_owner(gateway->settings);
    if (st == GCT_OK) {
        st = make_directory(gateway, err);
    }
    gateway->context = (struct gct_command_context){
        .store = gateway->store, .directory = gateway->slot, .plugins = plugins, .arg = gateway
    };
    return st;
}

static enum gct_status take_lock(struct cli_gateway *gateway, struct gct_error *err)
{
    enum gct_status st = gct_folder_make(gateway->settings->data_dir, 0700u, err);
    if (st == GCT_OK) {
        st = gct_folder_make(gateway->settings->run_dir, 0700u, err);
    }
    return st == GCT_OK ? gct_lock_take(gateway->settings->run_dir, &gateway->lock_fd, err) : st;
}

/* ---- asking
 * -----------------------------------------------------------------------------------------------------------
 */

static enum gct_status ask_socket(const struct cli_gateway *gateway, struct gct_slice request,
                                  struct gct_json **answer, struct gct_error *err)
{
    struct gct_frame frame;
    gct_frame_begin(&frame, GCT_ANSWER_BYTES);
    enum gct_status st = gct_link_ask(gateway->settings->control_path, request, &frame, err);
    if (st == GCT_OK) {
        *answer = gct_json_parse(gct_buffer_slice(&frame.body), err);
        st = *answer == NULL ? gct_error_prefix(err, "the gateway's answer") : GCT_OK;
    }
    gct_frame_free(&frame);
    return st;
}

/* Over the socket while somebody listens there; otherwise with the lock and the store. A lock that is held
 * while nobody listens is a gateway that starts or stops, or another guichetctl: it is over soon. */
static enum gct_status ask_somebody(struct cli_gateway *gateway, struct gct_slice request,
                                    struct gct_json **answer, struct gct_error *err)
{
    const int64_t until_ms = gct_clock_mono_ms() + PATIENCE_MS;
    const struct timespec pause = { 0, PAUSE_NS };
    for (;;) {
        enum gct_status st = ask_socket(gateway, request, answer, err);
        if (st != GCT_NOT_FOUND) {
            return st;
        }
        st = take_lock(gateway, err);
        if (st == GCT_OK) {
            return open_store(gateway, err);
        }
        if (st != GCT_AGAIN || gct_clock_mono_ms() >= until_ms) {
            return st;
        }
        (void)nanosleep(&pause, NULL);
    }
}

enum gct_status cli_gateway_ask(struct cli_gateway *gateway, const struct gct_json *request,
                                struct gct_json **answer, struct gct_error *err)
{
    struct gct_buffer text = { 0 };
    enum gct_status st = GCT_OK;
    *answer = NULL;
    gct_json_write(request, &text);
    if (gateway->store == NULL) {
        st = ask_somebody(gateway, gct_buffer_slice(&text), answer, err);
    }
    if (st == GCT_OK && *answer == NULL) {
        *answer = gct_command_answer(&gateway->context, gct_buffer_slice(&text));
    }
    gct_wipe(text.ptr, text.len);
    gct_buffer_free(&text);
    return st;
}

/* ---- open and free ---- */

static enum gct_status say_problems(const struct gct_problems *problems, const char *config,
                                    struct gct_error *err)
{
    struct gct_slice text = gct_buffer_slice(&problems->text);
    struct gct_slice line = gct_slice_head(text, gct_slice_find(text, '\n'));
    if (line.len == 0) {
        return gct_error_set(err, GCT_INVALID, "%s cannot be used", config);
    }
    return gct_error_set(err, GCT_INVALID, "%.*s%s", GCT_ARG(line),
                         problems->count > 1u ? " (and more)" : "");
}

enum gct_status cli_gateway_open(const char *config, struct cli_gateway **out, struct gct_error *err)
{
    struct cli_gateway *gateway = gct_heap_new(sizeof *gateway);
    struct gct_problems problems = { 0 };
    gateway->lock_fd = -1;
    enum gct_status st = gct_settings_load(config, 0, &gateway->settings, &gateway->registry, &problems);
    const struct gct_settings *settings = gateway->settings;
    GCT_CHECK(settings != NULL);
    if (st != GCT_OK && settings->channel_count != 0 && settings->top_right) {
        st = GCT_OK;
    } else if (st != GCT_OK) {
        st = say_problems(&problems, config, err);
    }
    gct_buffer_free(&problems.text);
    if (st == GCT_OK) {
        give_files_to_owner(settings);
        *out = gateway;
    } else {
        cli_gateway_free(&gateway);
        *out = NULL;
    }
    return st;
}

void cli_gateway_free(struct cli_gateway **gateway)
{
    struct cli_gateway *ending = *gateway;
    if (ending == NULL) {
        return;
    }
    if (ending->store != NULL) {
        gct_store_close(&ending->store);
    }
    if (ending->slot != NULL) {
        gct_directory_slot_free(&ending->slot);
    }
    if (ending->registry != NULL) {
        gct_registry_free(&ending->registry);
    }
    gct_settings_free(&ending->settings);
    gct_lock_free(&ending->lock_fd);
    free(ending);
    *gateway = NULL;
}

const char *cli_gateway_store(const struct cli_gateway *gateway)
{
    return gateway->settings->store_path;
}
