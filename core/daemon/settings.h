/* The configuration file, read and checked: one struct, never changed afterwards. A reload reads another one.
 *
 * Which options a channel may have is its plugin's business: the manifests of plugin_dir say so. May block;
 * any thread; libconfuse stays in settings.c. */
#ifndef GUICHET_CORE_DAEMON_SETTINGS_H
#define GUICHET_CORE_DAEMON_SETTINGS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/network.h"
#include "plugin/registry.h"

/* Top-level options: name, kind, default as the file would have it, least and most of a number, when a change
 * takes effect, what it is. Kinds: LIST (texts; with the default "" it may be empty), TEXT, NUMBER. A change
 * takes effect by a RELOAD or at the next START. */
#define GCT_SETTING_TABLE(X)                                                                                 \
    X(listen, LIST, "127.0.0.1:8080", 0, 0, START, "where console, API and webhooks are served")             \
    X(public_url, TEXT, "", 0, 0, START, "under which browsers and platforms reach the gateway")             \
    X(trusted_proxies, LIST, "", 0, 0, RELOAD, "addresses and networks whose X-Forwarded-For is believed")   \
    X(data_dir, TEXT, "/var/lib/guichet", 0, 0, START, "everything that Guichet keeps")                      \
    X(store, TEXT, "sqlite:guichet.db", 0, 0, START, "the store: sqlite:FILE")                               \
    X(plugin_dir, TEXT, "", 0, 0, RELOAD, "where plugins are")                                               \
    X(plugin_backend, TEXT, "inproc", 0, 0, RELOAD, "how plugins run: inproc")                               \
    X(console_dir, TEXT, "", 0, 0, START, "the built console")                                               \
    X(ca_file, TEXT, "", 0, 0, START, "certificate authorities of the platforms; the system's when empty")   \
    X(hook_body_bytes, NUMBER, "1048576", 1024, 16777216, START, "largest webhook")                          \
    X(reopen_hours, NUMBER, "72", 1, 8760, RELOAD, "how long a customer's message reopens a solved ticket")

struct gct_texts {
    const char *const *items;
    size_t count;
};

#define GCT_SETTING_TYPE_LIST struct gct_texts
#define GCT_SETTING_TYPE_TEXT const char *
#define GCT_SETTING_TYPE_NUMBER int64_t

struct gct_settings {
    struct gct_arena *arena; /* owns everything below */
    const char *file;
#define GCT_SETTING_AS_FIELD(name, kind, standard, least, most, change, help) GCT_SETTING_TYPE_##kind name;
    GCT_SETTING_TABLE(GCT_SETTING_AS_FIELD)
#undef GCT_SETTING_AS_FIELD
    const struct gct_network *proxies; /* of trusted_proxies, in their order */
    const char *tls_certificate;       /* NULL: no TLS */
    const char *tls_key;
    int tls_line; /* where the pair stands in the file */
    const char *store_path;
    const char *run_dir;
    const char *control_path;
    const char *scratch_dir; /* copies of plugins that were only looked at; NULL: they are in run_dir */
    int top_right;           /* 1: nothing outside of the channel sections was a problem */
    const struct gct_channel_settings *channels;
    const unsigned char *channel_right; /* 1: nothing in that section was a problem */
    size_t channel_count;
    struct gct_slice *api_bases; /* of channels, in their order */
    struct gct_slice warnings;   /* one line each: literal secrets */
};

/* Problems found, one sentence a line. */
struct gct_problems {
    struct gct_buffer text;
    size_t count;
};
void gct_problem_add(struct gct_problems *problems, const char *format, ...) GCT_PRINTF(2, 3);

/* Reads file. With prepare, data_dir and its run folder are made where they are missing, and copies of
 * plugins go there; without, nothing stays after gct_settings_free. *registry gets the plugins that its
 * channels name (their manifests read, nothing opened yet). Gives GCT_INVALID when anything is wrong, with
 * every sentence in problems ("file:line: …"); what could be made of the file is in *out even then, when it
 * could be parsed at all. */
GCT_NODISCARD enum gct_status gct_settings_load(const char *file, int prepare, struct gct_settings **out,
                                                struct gct_registry **registry,
                                                struct gct_problems *problems);

/* Wipes and frees, after the registry; *settings becomes NULL. */
void gct_settings_free(struct gct_settings **settings);

/* The top-level options and tls alone, copied into arena: what a gateway was started with. */
struct gct_settings *gct_settings_top(const struct gct_settings *settings, struct gct_arena *arena);

/* Gives say() the name of every option whose value in next is another one than at the start and waits for the
 * next start. */
void gct_settings_waiting(const struct gct_settings *started, const struct gct_settings *next,
                          void (*say)(void *arg, const char *name), void *arg);

/* What is in force, in the file's own form, with secrets hidden. */
void gct_settings_print(const struct gct_settings *settings, struct gct_registry *registry,
                        struct gct_buffer *out);

#endif
