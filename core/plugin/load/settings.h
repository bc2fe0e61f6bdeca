/* A channel's options, checked against its plugin's manifest and typed; and the secrets among them, which
 * stay here.
 *
 * Settings are made from what the configuration file gives, are const afterwards (only the counters of
 * matches move) and may be read from any thread. Text lives in the arena they were made in; secrets live on
 * the heap and are wiped when the settings are freed. */
#ifndef GUICHET_CORE_PLUGIN_LOAD_SETTINGS_H
#define GUICHET_CORE_PLUGIN_LOAD_SETTINGS_H

#include <stdatomic.h>

#include "base/crypto.h"
#include "plugin/registry.h"

/* One value of a secret option. A value that begins with "whsec_" (Standard Webhooks) is the base64 of the
 * key. */
struct plugin_secret {
    struct gct_slice value;
    struct gct_hmac *hmac; /* keyed with it; NULL for secrets of accounts */
    unsigned char digest[GCT_SHA256_BYTES];
    _Atomic uint64_t matches; /* hooks whose proof it was */
};

struct plugin_value {
    int is_set;            /* the configuration gives it */
    struct gct_slice text; /* text, choice, url: the value or the default */
    int64_t number;        /* number, flag: the value or the default */
    struct plugin_secret *secrets;
    size_t secret_count;
};

struct plugin_account {
    struct gct_slice id;
    struct plugin_value *values; /* by option of the manifest; those of the channel are unused */
};

struct plugin_settings {
    const struct gct_manifest *manifest;
    struct plugin_value *values; /* by option of the manifest; those of accounts are unused */
    struct plugin_account *accounts;
    size_t account_count;
};

/* Checks and copies given. GCT_INVALID with a sentence that begins with file:line of what is wrong. manifest
 * must outlive the settings. On failure nothing is kept. */
GCT_NODISCARD enum gct_status plugin_settings_read(const struct gct_channel_settings *given,
                                                   const struct gct_manifest *manifest,
                                                   struct gct_arena *arena, struct plugin_settings *out,
                                                   struct gct_error *err);

/* Wipes the secrets. Twice is fine. */
void plugin_settings_free(struct plugin_settings *settings);

/* The value of an option of the channel (account NULL) or of an account; NULL when the manifest has no such
 * option. */
const struct plugin_value *plugin_settings_value(const struct plugin_settings *settings,
                                                 const struct plugin_account *account, const char *option);

/* NULL when the channel has no such account. */
const struct plugin_account *plugin_settings_account(const struct plugin_settings *settings,
                                                     struct gct_slice id);

/* The manifest's option of that name and scope; NULL when there is none. */
const struct gct_manifest_option *plugin_settings_option(const struct plugin_settings *settings,
                                                         int per_account, struct gct_slice name);

#endif
