#include "plugin/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/slice.h"
#include "plugin/instance.h"
#include "plugin/load/loader.h"

#define REGISTRY_MAGIC 0x52454749u
#define QUEUE_LIMIT 4000u
#define DEADLINE_MS 250
#define SETTINGS_BYTES ((size_t)256u << 20)

/* One plugin file that was asked for, admitted or refused. */
struct registered {
    struct registered *next;
    struct plugin_file file;
    struct gct_error refusal; /* status GCT_OK when it was admitted */
    size_t instances;
};

struct gct_registry {
    uint32_t magic;
    struct gct_arena *arena; /* files, manifests, options */
    struct gct_registry_options options;
    const struct plugin_backend *backend;
    struct registered *files; /* in the order they were asked for */
    size_t file_count;
    struct gct_instance *instances;
};

static const struct gct_manifest no_manifest;

enum gct_status gct_registry_new(const struct gct_registry_options *options, struct gct_registry **out,
                                 struct gct_error *err)
{
    const struct plugin_backend *backend = plugin_backend_find(options->backend);
    struct gct_registry *registry = NULL;
    *out = NULL;
    if (backend == NULL) {
        return gct_error_set(err, GCT_INVALID, "there is no plugin backend \"%s\"; there are:%s",
                             options->backend == NULL ? "" : options->backend, plugin_backend_list());
    }
    if (backend->needs_file && (options->plugin_dir == NULL || options->run_dir == NULL)) {
        return gct_error_set(err, GCT_INVALID, "plugin backend \"%s\" needs plugin_dir and run_dir",
                             backend->name);
    }
    registry = gct_heap_new(sizeof *registry);
    registry->magic = REGISTRY_MAGIC;
    registry->backend = backend;
    registry->arena = gct_arena_new(SETTINGS_BYTES);
    registry->options = *options;
    registry->options.plugin_dir = gct_arena_cstr(registry->arena, gct_slice_of(options->plugin_dir));
    registry->options.run_dir = gct_arena_cstr(registry->arena, gct_slice_of(options->run_dir));
    registry->options.queue_limit = options->queue_limit == 0 ? QUEUE_LIMIT : options->queue_limit;
    registry->options.deadline_ms = options->deadline_ms == 0 ? DEADLINE_MS : options->deadline_ms;
    *out = registry;
    return GCT_OK;
}

static void instance_end(struct gct_instance *instance)
{
    if (instance->backend != NULL && !instance->is_quiet) {
        instance->is_quiet = 1;
        instance->backend->stop(&instance->worker);
    }
}

static void instance_free(struct gct_instance *instance)
{
    instance_end(instance);
    plugin_settings_free(&instance->settings);
    gct_arena_free(&instance->arena);
    instance->magic = 0;
    free(instance);
}

void gct_registry_quiet(struct gct_registry *registry)
{
    GCT_CHECK_OBJ(registry, REGISTRY_MAGIC);
    for (struct gct_instance *instance = registry->instances; instance != NULL; instance = instance->next) {
        instance_end(instance);
    }
}

void gct_registry_free(struct gct_registry **out)
{
    struct gct_registry *registry = *out;
    if (registry == NULL) {
        return;
    }
    GCT_CHECK_OBJ(registry, REGISTRY_MAGIC);
    while (registry->instances != NULL) {
        struct gct_instance *next = registry->instances->next;
        instance_free(registry->instances);
        registry->instances = next;
    }
    while (registry->files != NULL) {
        struct registered *next = registry->files->next;
        free(registry->files);
        registry->files = next;
    }
    gct_arena_free(&registry->arena);
    registry->magic = 0;
    free(registry);
    *out = NULL;
}

/* ---- files ---- */

/* The file of that name, admitted now if nobody asked for it before. Never NULL; refusal says whether it may
 * be used. */
static struct registered *file_of(struct gct_registry *registry, struct gct_slice plugin)
{
    struct registered **link = &registry->files;
    while (*link != NULL && !gct_slice_eq((*link)->file.name, plugin)) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        struct registered *file = gct_heap_new(sizeof *file);
        *link = file;
        registry->file_count++;
        (void)gct_error_set(&file->refusal, GCT_OK, "%s", "");
        if (plugin_file_admit(registry->options.plugin_dir, registry->options.run_dir, plugin,
                              registry->arena, &file->file, &file->refusal) != GCT_OK) {
            GCT_CHECK(file->refusal.status != GCT_OK);
        }
        file->file.name = gct_arena_copy(registry->arena, plugin);
    }
    return *link;
}

enum gct_status gct_registry_manifest(struct gct_registry *registry, struct gct_slice plugin,
                                      const struct gct_manifest **out, struct gct_error *err)
{
    GCT_CHECK_OBJ(registry, REGISTRY_MAGIC);
    struct registered *file = NULL;
    *out = NULL;
    if (!registry->backend->needs_file) {
        return gct_error_set(err, GCT_UNSUPPORTED, "plugin backend \"%s\" reads no files",
                             registry->backend->name);
    }
    file = file_of(registry, plugin);
    if (file->refusal.status != GCT_OK) {
        return gct_error_set(err, file->refusal.status, "%s", file->refusal.text);
    }
    *out = &file->file.manifest;
    return GCT_OK;
}

size_t gct_registry_count(const struct gct_registry *registry)
{
    GCT_CHECK_OBJ(registry, REGISTRY_MAGIC);
    return registry->file_count;
}

struct gct_plugin_info gct_registry_info(const struct gct_registry *registry, size_t index)
{
    GCT_CHECK_OBJ(registry, REGISTRY_MAGIC);
    GCT_CHECK(index < registry->file_count);
    const struct registered *file = registry->files;
    for (; index != 0; index--) {
        file = file->next;
    }
    int refused = file->refusal.status != GCT_OK;
    struct gct_plugin_info info = { .id = file->file.name,
                                    .name = file->file.manifest.name,
                                    .version = file->file.manifest.version,
                                    .summary = file->file.manifest.summary,
                                    .abi = file->file.manifest.abi,
                                    .state = refused ? "refused" : "loaded",
                                    .refusal = refused ? gct_slice_of(file->refusal.text) : GCT_EMPTY,
                                    .instances = file->instances };
    memcpy(info.digest, file->file.digest, sizeof info.digest);
    return info;
}

/* ---- instances ---- */

/* Whether option is a secret of the manifest in that scope (per_account: or in the channel's). */
static int is_secret(const struct gct_instance *instance, int per_account, const char *option)
{
    const struct gct_manifest_option *found =
        plugin_settings_option(&instance->settings, per_account, gct_slice_of(option));
    return found != NULL && (found->type == GCT_OPTION_SECRET || found->type == GCT_OPTION_SECRET_LIST);
}

static size_t secret_count(const struct gct_instance *instance, const char *option)
{
    const struct plugin_value *value = plugin_settings_value(&instance->settings, NULL, option);
    return value == NULL ? 0 : value->secret_count;
}

/* Each path that hooks come in on must have a scheme with a secret. */
static enum gct_status check_schemes(const struct gct_instance *instance, const struct gct_ext_verify *verify,
                                     struct gct_error *err)
{
    for (size_t i = 0; i < verify->scheme_count; i++) {
        const struct gct_verify_scheme *scheme = verify->schemes[i];
        int has_secret = 0;
        if (!is_secret(instance, 0, scheme->secret_option)) {
            return gct_error_set(err, GCT_PROTOCOL, "%s: secret_option %s is no secret option of the channel",
                                 GCT_EXT_VERIFY, scheme->secret_option);
        }
        for (size_t k = 0; k < verify->scheme_count; k++) {
            has_secret |= strcmp(verify->schemes[k]->path, scheme->path) == 0 &&
                          secret_count(instance, verify->schemes[k]->secret_option) != 0;
        }
        if (!has_secret) {
            return gct_error_set(err, GCT_INVALID,
                                 "it has no %s, with which the platform signs its hooks (%s)",
                                 scheme->secret_option, scheme->header);
        }
    }
    return GCT_OK;
}

static enum gct_status check_tables(const struct gct_instance *instance, struct gct_error *err)
{
    const struct gct_ext_verify *verify = instance->tables.verify;
    const struct gct_ext_places *places = instance->tables.places;
    enum gct_status st = verify == NULL ? GCT_OK : check_schemes(instance, verify, err);
    if (st == GCT_OK && verify != NULL && verify->challenge != NULL) {
        const char *option = verify->challenge->token_option;
        st = !is_secret(instance, 0, option)
                 ? gct_error_set(err, GCT_PROTOCOL, "%s: token_option %s is no secret option of the channel",
                                 GCT_EXT_VERIFY, option)
             : secret_count(instance, option) == 0
                 ? gct_error_set(err, GCT_INVALID,
                                 "it has no %s, with which the platform asks for this address", option)
                 : GCT_OK;
    }
    for (size_t i = 0; st == GCT_OK && places != NULL && i < places->place_count; i++) {
        const struct gct_place *place = places->places[i];
        struct gct_slice option = gct_slice_of(place->option);
        int known = plugin_settings_option(&instance->settings, 0, option) != NULL ||
                    plugin_settings_option(&instance->settings, 1, option) != NULL;
        if (!known || (place->key != NULL && !is_secret(instance, 0, place->key) &&
                       !is_secret(instance, 1, place->key))) {
            st = gct_error_set(err, GCT_PROTOCOL,
                               "%s: place {%s} stands for an option that the manifest does not have",
                               GCT_EXT_PLACES, place->name);
        }
    }
    return st;
}

static enum gct_status start_worker(struct gct_registry *registry, struct gct_instance *instance,
                                    const struct registered *file, struct gct_error *err)
{
    const struct plugin_start start = { .channel = instance->name,
                                        .plugin = instance->plugin,
                                        .copy = file == NULL ? NULL : file->file.copy,
                                        .settings = &instance->settings,
                                        .queue_limit = registry->options.queue_limit,
                                        .deadline_ms = registry->options.deadline_ms,
                                        .arena = instance->arena };
    return registry->backend->start(&start, &instance->worker, &instance->tables, err);
}

static struct gct_slice api_base_of(const struct gct_instance *instance)
{
    const struct plugin_value *value = plugin_settings_value(&instance->settings, NULL, "api_base");
    struct gct_slice base = value == NULL ? GCT_EMPTY : value->text;
    while (gct_slice_ends(base, GCT_LIT("/"))) {
        base.len--;
    }
    return base;
}

static enum gct_status instance_make(struct gct_registry *registry,
                                     const struct gct_channel_settings *settings,
                                     struct gct_instance *instance, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct registered *file = NULL;
    instance->name = gct_arena_copy(instance->arena, settings->name);
    instance->plugin = gct_arena_copy(instance->arena, settings->plugin);
    instance->manifest = &no_manifest;
    for (const struct gct_instance *other = registry->instances; other != NULL; other = other->next) {
        if (gct_slice_eq(other->name, settings->name)) {
            st = gct_error_set(err, GCT_CONFLICT, "there is another channel of this name");
            goto out;
        }
    }
    if (registry->backend->needs_file) {
        st = gct_registry_manifest(registry, settings->plugin, &instance->manifest, err);
        if (st != GCT_OK) {
            goto out;
        }
        file = file_of(registry, settings->plugin);
        st = plugin_settings_read(settings, instance->manifest, instance->arena, &instance->settings, err);
        if (st != GCT_OK) {
            return st; /* its sentence says file and line already */
        }
    } else {
        instance->settings.manifest = &no_manifest;
    }
    instance->api_base = api_base_of(instance);
    st = start_worker(registry, instance, file, err);
    if (st == GCT_OK) {
        instance->backend = registry->backend;
        st = check_tables(instance, err);
    } else if (file != NULL && st == GCT_INCOMPATIBLE) {
        file->refusal = *err;
    }
    if (st == GCT_OK && file != NULL) {
        file->instances++;
    }
out:
    return st == GCT_OK ? GCT_OK
                        : gct_error_prefix(err, "%s:%d: channel \"%.*s\"", settings->file, settings->line,
                                           GCT_ARG(gct_utf8_head(settings->name, 64u)));
}

enum gct_status gct_registry_open(struct gct_registry *registry, const struct gct_channel_settings *settings,
                                  struct gct_instance **out, struct gct_error *err)
{
    GCT_CHECK_OBJ(registry, REGISTRY_MAGIC);
    struct gct_error local = { GCT_OK, "" };
    struct gct_instance *instance = gct_heap_new(sizeof *instance);
    instance->magic = INSTANCE_MAGIC;
    instance->arena = gct_arena_new(SETTINGS_BYTES);
    enum gct_status st = instance_make(registry, settings, instance, err == NULL ? &local : err);
    if (st == GCT_OK) {
        instance->next = registry->instances;
        registry->instances = instance;
        *out = instance;
    } else {
        instance_free(instance);
        *out = NULL;
    }
    return st;
}

/* ---- questions to an instance ---- */

const struct gct_ext_rules *gct_instance_rules(const struct gct_instance *instance)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return instance->tables.rules;
}

const struct gct_ext_verify *gct_instance_verify(const struct gct_instance *instance)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return instance->tables.verify;
}

const struct gct_ext_places *gct_instance_places(const struct gct_instance *instance)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return instance->tables.places;
}

const struct gct_manifest *gct_instance_manifest(const struct gct_instance *instance)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return instance->manifest;
}

struct gct_slice gct_instance_name(const struct gct_instance *instance)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return instance->name;
}

struct gct_slice gct_instance_api_base(const struct gct_instance *instance)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return instance->api_base;
}

int gct_instance_has_account(const struct gct_instance *instance, struct gct_slice account)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    return plugin_settings_account(&instance->settings, account) != NULL;
}

struct gct_slice gct_instance_account_text(const struct gct_instance *instance, struct gct_slice account,
                                           const char *option)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    const struct plugin_account *found = plugin_settings_account(&instance->settings, account);
    const struct plugin_value *value =
        found == NULL ? NULL : plugin_settings_value(&instance->settings, found, option);
    return value == NULL ? GCT_EMPTY : value->text;
}

size_t gct_instance_waiting(const struct gct_instance *instance, int *is_down)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    *is_down = 1;
    return instance->is_quiet ? 0 : instance->backend->waiting(instance->worker, is_down);
}

int64_t gct_instance_rule(const struct gct_instance *instance, enum gct_rule_key key, int64_t fallback)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    const struct gct_ext_rules *rules = instance->tables.rules;
    for (size_t i = 0; rules != NULL && i < rules->rule_count; i++) {
        if (rules->rules[i]->key == (uint32_t)key) {
            return rules->rules[i]->value;
        }
    }
    return fallback;
}
