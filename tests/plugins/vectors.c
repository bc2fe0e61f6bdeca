/* Every vector of a plugin through the core's own plugin host: registry, loader, guard and the backend that
 * runs plugins in this process.
 *
 *   vectors PLUGIN PLUGIN_DIR VECTORS
 *
 * Each first file of a vector in VECTORS is given to the plugin; what comes of it must be, byte for byte, in
 * the file beside it. README.md in this folder has the format. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/slice.h"
#include "plugin/registry.h"
#include "render.h"
#include "tap.h"
#include "vector.h"

#define BYTES ((size_t)64u << 20)
#define CHANNELS 16u

struct run {
    struct tap tap;
    struct gct_arena *arena;
    struct gct_registry *registry;
    struct gct_json *channels;
    struct gct_instance *instances[CHANNELS]; /* in the order of channel.json */
};

/* A translation that somebody waits for. */
struct waiting {
    struct gct_translation translation;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done;
};

/* ---- channels ---- */

static struct gct_option *read_options(struct gct_arena *arena, const struct gct_json *json, const char *file,
                                       size_t *count)
{
    struct gct_option *options;

    *count = gct_json_count(json);
    options = GCT_ARENA_ARRAY(arena, struct gct_option, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        struct gct_slice *value = GCT_ARENA_NEW(arena, gct_slice);

        *value = gct_json_text(gct_json_member(json, i, &options[i].name));
        options[i].values = value;
        options[i].value_count = 1;
        options[i].file = file;
        options[i].line = 1;
    }
    return options;
}

static enum gct_status open_channel(struct run *run, const char *plugin, const char *file,
                                    struct gct_slice name, const struct gct_json *json,
                                    struct gct_instance **instance, struct gct_error *err)
{
    const struct gct_json *list = gct_json_get(json, "accounts");
    struct gct_account_settings *accounts =
        GCT_ARENA_ARRAY(run->arena, struct gct_account_settings, gct_json_count(list) + 1);
    struct gct_channel_settings settings = { .name = name,
                                             .plugin = gct_slice_of(plugin),
                                             .accounts = accounts,
                                             .account_count = gct_json_count(list),
                                             .file = file,
                                             .line = 1 };

    settings.options = read_options(run->arena, gct_json_get(json, "options"), file, &settings.option_count);
    for (size_t i = 0; i < settings.account_count; i++) {
        const struct gct_json *account = gct_json_at(list, i);

        accounts[i].id = gct_json_text(gct_json_get(account, "id"));
        accounts[i].options =
            read_options(run->arena, gct_json_get(account, "options"), file, &accounts[i].option_count);
    }
    return gct_registry_open(run->registry, &settings, instance, err);
}

static enum gct_status open_channels(struct run *run, const char *plugin, const char *folder,
                                     struct gct_error *err)
{
    struct gct_slice bytes = GCT_EMPTY;
    const char *file = gct_arena_cstr(run->arena, gct_arena_format(run->arena, "%s/channel.json", folder));
    enum gct_status status = gct_file_read(file, BYTES, run->arena, &bytes, err);

    if (status != GCT_OK)
        goto out;
    run->channels = gct_json_parse(bytes, err);
    if (!run->channels || gct_json_count(run->channels) > CHANNELS) {
        status = GCT_INVALID;
        goto out;
    }
    for (size_t i = 0; status == GCT_OK && i < gct_json_count(run->channels); i++) {
        struct gct_slice name = GCT_EMPTY;
        const struct gct_json *json = gct_json_member(run->channels, i, &name);

        status = open_channel(run, plugin, file, name, json, &run->instances[i], err);
    }
out:
    return status;
}

static struct gct_instance *find_instance(const struct run *run, struct gct_slice channel)
{
    for (size_t i = 0; i < gct_json_count(run->channels); i++) {
        struct gct_slice name = GCT_EMPTY;

        (void)gct_json_member(run->channels, i, &name);
        if (gct_slice_eq(name, channel))
            return run->instances[i];
    }
    return NULL;
}

/* ---- one vector ---- */

static void on_done(struct gct_translation *translation)
{
    struct waiting *waiting = GCT_STRUCT_OF(translation, waiting, translation);

    (void)pthread_mutex_lock(&waiting->lock);
    waiting->done = 1;
    (void)pthread_cond_signal(&waiting->changed);
    (void)pthread_mutex_unlock(&waiting->lock);
}

/* GCT_OK when the plugin was asked; what it said is in the translation. */
static enum gct_status ask(struct gct_instance *instance, struct waiting *waiting)
{
    enum gct_status status = gct_translate(instance, &waiting->translation);

    (void)pthread_mutex_lock(&waiting->lock);
    while (status == GCT_OK && !waiting->done) {
        (void)pthread_cond_wait(&waiting->changed, &waiting->lock);
    }
    (void)pthread_mutex_unlock(&waiting->lock);
    return status;
}

static void render(struct gct_buffer *out, const struct vector *vector,
                   const struct gct_translation *translation)
{
    struct printer printer = { .out = out };

    printer_open(&printer, NULL, '{');
    if (vector->kind == VECTOR_REPLY) {
        render_verdict(&printer, &translation->verdict);
    } else if (vector->kind == VECTOR_ANSWER) {
        render_profile(&printer, &translation->profile);
    } else {
        printer_open(&printer, vector->kind == VECTOR_HOOK ? "events" : "requests", '[');
        for (size_t i = 0; i < translation->event_count; i++) {
            render_event(&printer, translation->events[i]);
        }
        for (size_t i = 0; i < translation->request_count; i++) {
            render_request(&printer, translation->requests[i]);
        }
        printer_close(&printer, ']');
    }
    render_end(&printer, translation->status, translation->reason);
}

static void check_vector(struct run *run, const struct vector *vector)
{
    static const enum gct_translation_kind kinds[] = { [VECTOR_HOOK] = GCT_DECODE,
                                                       [VECTOR_MESSAGE] = GCT_ENCODE,
                                                       [VECTOR_REPLY] = GCT_CLASSIFY,
                                                       [VECTOR_CONTACT] = GCT_PROFILE_REQUEST,
                                                       [VECTOR_ANSWER] = GCT_PROFILE_READ };
    struct gct_instance *instance = find_instance(run, vector->channel);
    struct waiting waiting = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
    struct gct_translation *translation = &waiting.translation;
    struct gct_buffer text = { 0 };

    translation->kind = kinds[vector->kind];
    translation->now_ms = vector->now_ms;
    translation->seed = 1;
    translation->hook = &vector->hook;
    translation->message = &vector->message;
    translation->reply = &vector->reply;
    translation->account = vector->account;
    translation->customer = vector->customer;
    translation->arena = gct_arena_new(GCT_CALL_ARENA);
    translation->done = on_done;
    if (!instance || ask(instance, &waiting) != GCT_OK || translation->fault != GCT_FAULT_NONE) {
        tap_case(&run->tap, 0, "# the plugin gave no result", "%.*s: %.*s", GCT_ARG(vector->name),
                 GCT_ARG(translation->reason));
    } else {
        render(&text, vector, translation);
        tap_golden(&run->tap, vector->wanted, gct_buffer_slice(&text), vector->name);
    }
    gct_buffer_free(&text);
    gct_arena_free(&translation->arena);
}

/* ---- all of them ---- */

static enum gct_status check_all(struct run *run, const char *plugin, const char *folder,
                                 struct gct_error *err)
{
    struct vector *vectors = NULL;
    size_t count = 0;
    enum gct_status status = open_channels(run, plugin, folder, err);

    if (status == GCT_OK)
        status = vector_read_all(folder, run->arena, &vectors, &count, err);
    for (size_t i = 0; status == GCT_OK && i < count; i++) {
        check_vector(run, &vectors[i]);
    }
    return status;
}

/* The folder of private copies: files and nothing else. */
static void remove_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, NULL);

    for (int i = 0; i < count; i++) {
        char path[4200];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        (void)unlink(path);
        free(entries[i]);
    }
    free(entries);
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/guichet-vectors-XXXXXX";
    struct gct_error err = { GCT_OK, "" };
    struct run run = { .arena = gct_arena_new(BYTES) };
    enum gct_status status = GCT_INVALID;

    if (argc != 4 || !mkdtemp(folder)) {
        (void)fprintf(stderr, "usage: %s PLUGIN PLUGIN_DIR VECTORS\n", argv[0]);
        gct_arena_free(&run.arena);
        return EXIT_FAILURE;
    }
    status = gct_registry_new(
        &(struct gct_registry_options){ .plugin_dir = argv[2], .run_dir = folder, .backend = "inproc" },
        &run.registry, &err);
    if (status == GCT_OK)
        status = check_all(&run, argv[1], argv[3], &err);
    if (status != GCT_OK)
        tap_case(&run.tap, 0, "", "%s", err.text);
    gct_registry_free(&run.registry);
    gct_json_free(&run.channels);
    gct_arena_free(&run.arena);
    remove_folder(folder);
    return tap_end(&run.tap);
}
