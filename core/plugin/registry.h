/* The plugins that are loaded and the instances made of them, one a channel.
 *
 * A registry is built beside a running one when the configuration is read again, and swapped in whole. Made,
 * asked and freed on one thread (the caller's); instances may be used from any thread until the registry is
 * freed. */
#ifndef GUICHET_CORE_PLUGIN_REGISTRY_H
#define GUICHET_CORE_PLUGIN_REGISTRY_H

#include "plugin/manifest.h"
#include "plugin/translate.h"

/* An option as the configuration gives it; several values only for secret_list. Borrowed. */
struct gct_option {
    struct gct_slice name;
    const struct gct_slice *values; /* secrets already read from env: or file: */
    size_t value_count;
    const char *file; /* where it stands, for sentences */
    int line;
};

struct gct_account_settings {
    struct gct_slice id; /* platform id */
    const struct gct_option *options;
    size_t option_count;
};

struct gct_channel_settings {
    struct gct_slice name; /* title of the section */
    struct gct_slice plugin;
    const struct gct_option *options; /* all but plugin; api_base is an option of the manifest */
    size_t option_count;
    const struct gct_account_settings *accounts;
    size_t account_count;
    const char *file;
    int line;
};

struct gct_registry_options {
    const char *plugin_dir;
    const char *run_dir; /* private copies are put here, named by content */
    const char *backend; /* "inproc", "null"; later "sandbox" */
    size_t queue_limit;  /* translations that may wait for one instance; 0: 4000 */
    int64_t deadline_ms; /* of processor time a call, eight times that by the clock; 0: 250 */
};

struct gct_registry;

GCT_NODISCARD enum gct_status gct_registry_new(const struct gct_registry_options *options,
                                               struct gct_registry **out, struct gct_error *err);
/* Ends every instance: returns when each call was answered, at its deadline at the latest, and what waited
 * with GCT_UNAVAILABLE. gct_translate is refused from then on; what instances say about themselves stays. No
 * other thread may be asking. */
void gct_registry_quiet(struct gct_registry *registry);
/* The same, and frees it. */
void gct_registry_free(struct gct_registry **out);

/* The manifest of <plugin_dir>/<plugin>.so, admitted now if it was not yet: which options a section may have,
 * and which of them are secrets, before the section is read. GCT_UNSUPPORTED where the backend needs no file.
 * Valid as long as the registry. */
GCT_NODISCARD enum gct_status gct_registry_manifest(struct gct_registry *registry, struct gct_slice plugin,
                                                    const struct gct_manifest **out, struct gct_error *err);

/* Load the plugin when it is the first of its channels, check the options against its manifest, open an
 * instance. Refusals are sentences that name file, line, option and both values. A channel without the
 * secrets that its signature scheme needs is refused. */
GCT_NODISCARD enum gct_status gct_registry_open(struct gct_registry *registry,
                                                const struct gct_channel_settings *settings,
                                                struct gct_instance **out, struct gct_error *err);

/* One loaded plugin file, for lists. */
struct gct_plugin_info {
    struct gct_slice id, name, version, summary;
    char digest[65]; /* SHA-256 of the file, hex */
    uint32_t abi;
    const char *state;        /* "loaded", "refused" */
    struct gct_slice refusal; /* the loader's sentence, or empty */
    size_t instances;
};
size_t gct_registry_count(const struct gct_registry *registry);
struct gct_plugin_info gct_registry_info(const struct gct_registry *registry, size_t index);

/* What an instance says about itself as static data; NULL when it says nothing. Valid as long as the
 * registry. */
const struct gct_ext_rules *gct_instance_rules(const struct gct_instance *instance);
const struct gct_ext_verify *gct_instance_verify(const struct gct_instance *instance);
const struct gct_ext_places *gct_instance_places(const struct gct_instance *instance);
const struct gct_manifest *gct_instance_manifest(const struct gct_instance *instance);

/* Title of the channel's section. */
struct gct_slice gct_instance_name(const struct gct_instance *instance);

/* Where the channel's requests go: the value of its option api_base, without '/' at the end; empty when its
 * plugin has no such option. */
struct gct_slice gct_instance_api_base(const struct gct_instance *instance);

/* 1 when the channel has an account of this platform id. */
int gct_instance_has_account(const struct gct_instance *instance, struct gct_slice account);

/* A text, choice or url option of an account; empty when it is not set or there is none. Never a secret. */
struct gct_slice gct_instance_account_text(const struct gct_instance *instance, struct gct_slice account,
                                           const char *option);

/* How many translations wait; *is_down is 1 while a call hangs and nothing is taken. */
size_t gct_instance_waiting(const struct gct_instance *instance, int *is_down);

/* The value of a rule, or fallback when the channel has no such rule. */
int64_t gct_instance_rule(const struct gct_instance *instance, enum gct_rule_key key, int64_t fallback);

#endif
