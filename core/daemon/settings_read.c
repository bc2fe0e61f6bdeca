#include "daemon/settings_read.h"

#include <inttypes.h>
#include <string.h>

#include "base/slice.h"
#include "daemon/secret.h"
#include "net/server.h"

/* ---- top-level options ---- */

static const char *keep(struct gct_settings *settings, const char *text)
{
    return gct_arena_cstr(settings->arena, gct_slice_of(text));
}

static struct gct_texts read_LIST(struct gct_settings *settings, cfg_t *cfg, const char *name,
                                  const char *standard, int64_t least, int64_t most,
                                  struct gct_problems *problems)
{
    unsigned count = cfg_size(cfg, name);
    const char **items = GCT_ARENA_ARRAY(settings->arena, const char *, count + 1u);
    (void)least;
    (void)most;
    (void)problems;
    for (unsigned i = 0; i < count; i++) {
        items[i] = keep(settings, cfg_getnstr(cfg, name, i));
    }
    if (count == 0 && standard[0] != '\0') {
        items[count++] = standard;
    }
    return (struct gct_texts){ items, count };
}

static const char *read_TEXT(struct gct_settings *settings, cfg_t *cfg, const char *name,
                             const char *standard, int64_t least, int64_t most, struct gct_problems *problems)
{
    const char *text = cfg_size(cfg, name) == 0 ? NULL : cfg_getstr(cfg, name);
    (void)least;
    (void)most;
    (void)problems;
    return text == NULL ? standard : keep(settings, text);
}

static int64_t read_NUMBER(struct gct_settings *settings, cfg_t *cfg, const char *name, const char *standard,
                           int64_t least, int64_t most, struct gct_problems *problems)
{
    const char *text = read_TEXT(settings, cfg, name, standard, 0, 0, problems);
    int64_t value = 0;
    if (gct_slice_integer(gct_slice_of(text), least, most, &value) != GCT_OK) {
        gct_problem_add(problems, "%s:%d: %s is %s; it is a whole number from %" PRId64 " to %" PRId64,
                        settings->file, settings_line(cfg, name), name, text, least, most);
    }
    return value;
}

#define READ_SETTING(name, kind, standard, least, most, change, help)                                        \
    settings->name = read_##kind(settings, cfg, #name, standard, least, most, problems);

static const char *in_data_dir(struct gct_settings *settings, const char *path)
{
    return path[0] == '/' ? path : gct_arena_format(settings->arena, "%s/%s", settings->data_dir, path).ptr;
}

/* "https://host" or "http://host:port", without a path. */
static int is_origin(struct gct_slice url)
{
    struct gct_slice host = gct_slice_starts(url, GCT_LIT("https://"))  ? gct_slice_from(url, 8u)
                            : gct_slice_starts(url, GCT_LIT("http://")) ? gct_slice_from(url, 7u)
                                                                        : GCT_EMPTY;
    int valid = host.len != 0;
    for (size_t i = 0; valid && i < host.len; i++) {
        char c = host.ptr[i];
        valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                (c != '\0' && strchr(".-:[]", c) != NULL);
    }
    return valid;
}

static void read_proxies(struct gct_settings *settings, cfg_t *cfg, struct gct_problems *problems)
{
    struct gct_texts texts = settings->trusted_proxies;
    struct gct_network *proxies = GCT_ARENA_ARRAY(settings->arena, struct gct_network, texts.count + 1u);
    for (size_t i = 0; i < texts.count; i++) {
        if (gct_network_read(gct_slice_of(texts.items[i]), &proxies[i]) != GCT_OK) {
            gct_problem_add(
                problems, "%s:%d: trusted_proxies has \"%s\"; it takes addresses and networks as 10.0.0.0/8",
                settings->file, settings_line(cfg, "trusted_proxies"), texts.items[i]);
        }
    }
    settings->proxies = proxies;
}

static void check_listen(const struct gct_settings *settings, const cfg_t *cfg, struct gct_problems *problems)
{
    for (size_t i = 0; i < settings->listen.count; i++) {
        if (!gct_server_address_ok(settings->listen.items[i])) {
            gct_problem_add(problems, "%s:%d: listen has \"%s\"; it takes 127.0.0.1:8080 or [::1]:8080",
                            settings->file, settings_line(cfg, "listen"), settings->listen.items[i]);
        }
    }
}

static void check_top(struct gct_settings *settings, const cfg_t *cfg, struct gct_problems *problems)
{
    struct gct_slice store = gct_slice_of(settings->store);
    struct gct_slice url = gct_slice_of(settings->public_url);
    if (gct_slice_starts(store, GCT_LIT("sqlite:")) && store.len > 7u) {
        settings->store_path = in_data_dir(settings, settings->store + 7);
    } else {
        gct_problem_add(problems, "%s:%d: store is \"%s\"; this version knows \"sqlite:FILE\"",
                        settings->file, settings_line(cfg, "store"), settings->store);
    }
    if (url.len != 0 && !is_origin(url)) {
        gct_problem_add(problems,
                        "%s:%d: public_url is \"%s\"; it is scheme://host or scheme://host:port, no path",
                        settings->file, settings_line(cfg, "public_url"), settings->public_url);
    }
    if (settings->data_dir[0] != '/') {
        gct_problem_add(problems, "%s:%d: data_dir is \"%s\"; it begins with /", settings->file,
                        settings_line(cfg, "data_dir"), settings->data_dir);
    }
}

static void read_tls(struct gct_settings *settings, cfg_t *tls, struct gct_problems *problems)
{
    const char *certificate = cfg_getstr(tls, "certificate");
    const char *key = cfg_getstr(tls, "key");
    settings->tls_line = settings_line(tls, certificate == NULL ? "key" : "certificate");
    if (certificate != NULL) {
        settings->tls_certificate = in_data_dir(settings, keep(settings, certificate));
    }
    if (key != NULL) {
        settings->tls_key = in_data_dir(settings, keep(settings, key));
    }
    if (certificate == NULL || key == NULL) {
        gct_problem_add(problems, "%s:%d: tls has %s", settings->file, settings->tls_line,
                        certificate != NULL ? "a certificate and no key"
                        : key != NULL       ? "a key and no certificate"
                                            : "no certificate and no key");
    }
}

void settings_read_top(struct gct_settings *settings, cfg_t *cfg, struct gct_problems *problems)
{
    GCT_SETTING_TABLE(READ_SETTING)
    settings->run_dir = gct_arena_format(settings->arena, "%s/run", settings->data_dir).ptr;
    settings->control_path = gct_arena_format(settings->arena, "%s/control.sock", settings->run_dir).ptr;
    read_proxies(settings, cfg, problems);
    check_listen(settings, cfg, problems);
    check_top(settings, cfg, problems);
    if (cfg_size(cfg, "tls") != 0) {
        read_tls(settings, cfg_getsec(cfg, "tls"), problems);
    }
}

/* ---- channels ---- */

struct reading {
    struct gct_settings *settings;
    struct gct_problems *problems;
    const struct gct_manifest *manifest; /* NULL: the plugin was refused */
    struct gct_buffer warnings;
    const char *where; /* "channel maple" */
};

static const struct gct_manifest_option *known_option(const struct gct_manifest *manifest, const char *name,
                                                      int per_account)
{
    for (size_t i = 0; manifest != NULL && i < manifest->option_count; i++) {
        if (manifest->options[i].per_account == per_account &&
            gct_slice_is(manifest->options[i].name, name)) {
            return &manifest->options[i];
        }
    }
    return NULL;
}

static struct gct_slice read_value(struct reading *reading, const struct gct_manifest_option *known,
                                   const char *name, const char *text, int line)
{
    struct gct_settings *settings = reading->settings;
    struct gct_slice value = gct_arena_copy(settings->arena, gct_slice_of(text));
    struct gct_error err = { 0 };
    int literal = 0;
    if (known == NULL || (known->type != GCT_OPTION_SECRET && known->type != GCT_OPTION_SECRET_LIST)) {
        return value;
    }
    if (gct_secret_read(gct_slice_of(text), settings->data_dir, settings->arena, &value, &literal, &err) !=
        GCT_OK) {
        gct_problem_add(reading->problems, "%s:%d: %s: %s: %s", settings->file, line, reading->where, name,
                        err.text);
    }
    if (literal) {
        gct_buffer_add_format(&reading->warnings,
                              "%s:%d: %s: %s is written in the file itself; env: or file: is safer\n",
                              settings->file, line, reading->where, name);
    }
    return value;
}

/* Every option of a section that is not a section and not "plugin". */
static struct gct_option *read_options(struct reading *reading, cfg_t *section, int per_account,
                                       size_t *count)
{
    struct gct_settings *settings = reading->settings;
    unsigned total = cfg_num(section);
    struct gct_option *options = GCT_ARENA_ARRAY(settings->arena, struct gct_option, total + 1u);
    *count = 0;
    for (unsigned i = 0; i < total; i++) {
        cfg_opt_t *opt = cfg_getnopt(section, i);
        if (opt->type != CFGT_STR || opt->nvalues == 0 || strcmp(opt->name, "plugin") == 0) {
            continue;
        }
        struct gct_slice *values = GCT_ARENA_ARRAY(settings->arena, struct gct_slice, opt->nvalues);
        const struct gct_manifest_option *known = known_option(reading->manifest, opt->name, per_account);
        for (unsigned j = 0; j < opt->nvalues; j++) {
            values[j] = read_value(reading, known, opt->name, cfg_opt_getnstr(opt, j),
                                   settings_line(section, opt->name));
        }
        options[(*count)++] = (struct gct_option){ .name = gct_slice_of(keep(settings, opt->name)),
                                                   .values = values,
                                                   .value_count = opt->nvalues,
                                                   .file = settings->file,
                                                   .line = settings_line(section, opt->name) };
    }
    return options;
}

static void read_channel(struct reading *reading, cfg_t *section, struct gct_registry *registry,
                         struct gct_channel_settings *channel)
{
    struct gct_settings *settings = reading->settings;
    const char *plugin = cfg_getstr(section, "plugin");
    unsigned accounts = cfg_size(section, "account");
    struct gct_account_settings *list =
        GCT_ARENA_ARRAY(settings->arena, struct gct_account_settings, accounts + 1u);
    channel->name = gct_slice_of(keep(settings, cfg_title(section)));
    channel->file = settings->file;
    channel->line = section->line;
    channel->accounts = list;
    reading->where = gct_arena_format(settings->arena, "channel %s", cfg_title(section)).ptr;
    reading->manifest = NULL;
    if (plugin == NULL) {
        gct_problem_add(reading->problems, "%s:%d: %s has no plugin", settings->file, section->line,
                        reading->where);
        return;
    }
    channel->plugin = gct_slice_of(keep(settings, plugin));
    if (gct_registry_manifest(registry, channel->plugin, &reading->manifest, NULL) != GCT_OK) {
        reading->manifest = NULL;
    }
    channel->options = read_options(reading, section, 0, &channel->option_count);
    for (unsigned i = 0; i < accounts; i++) {
        cfg_t *account = cfg_getnsec(section, "account", i);
        list[i].id = gct_slice_of(keep(settings, cfg_title(account)));
        list[i].options = read_options(reading, account, 1, &list[i].option_count);
    }
    channel->account_count = accounts;
}

/* A channel's name is part of an address. */
static int is_channel_name(struct gct_slice name)
{
    int valid = name.len >= 1u && name.len <= 64u && name.ptr[0] != '-';
    for (size_t i = 0; valid && i < name.len; i++) {
        char c = name.ptr[i];
        valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                c == '_';
    }
    return valid;
}

void settings_read_channels(struct gct_settings *settings, cfg_t *cfg, struct gct_registry *registry,
                            struct gct_problems *problems)
{
    struct reading reading = { .settings = settings, .problems = problems };
    unsigned count = cfg_size(cfg, "channel");
    struct gct_channel_settings *channels =
        GCT_ARENA_ARRAY(settings->arena, struct gct_channel_settings, count + 1u);
    unsigned char *right = GCT_ARENA_ARRAY(settings->arena, unsigned char, count + 1u);
    for (unsigned i = 0; i < count; i++) {
        size_t before = problems->count;
        read_channel(&reading, cfg_getnsec(cfg, "channel", i), registry, &channels[i]);
        if (!is_channel_name(channels[i].name)) {
            gct_problem_add(problems, "%s:%d: channel \"%.*s\": a name is 1 to 64 of a-z A-Z 0-9 - _",
                            settings->file, channels[i].line, GCT_ARG(channels[i].name));
        }
        right[i] = problems->count == before;
    }
    settings->channel_right = right;
    settings->channels = channels;
    settings->channel_count = count;
    settings->warnings = gct_arena_copy(settings->arena, gct_buffer_slice(&reading.warnings));
    gct_buffer_free(&reading.warnings);
}
