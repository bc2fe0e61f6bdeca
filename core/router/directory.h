/* The configured channels and accounts with their numbers in the store: what hooks, the API and the sender
 * look up.
 *
 * A directory is built from the configuration, synchronised once with the store (gct_directory_sync, which
 * gives the numbers), published, and never changes afterwards: any thread may read it for as long as it holds
 * a reference. A reload builds another one and swaps it into the slot; the old one, with its plugins and
 * settings, is let go when the last reference is. State that changes while running (paused, lost authority)
 * is in the store, not here. */
#ifndef GUICHET_CORE_ROUTER_DIRECTORY_H
#define GUICHET_CORE_ROUTER_DIRECTORY_H

#include "base/clock.h"
#include "model/ticket.h"
#include "model/window.h"
#include "plugin/registry.h"
#include "store/store.h"

struct gct_directory_channel;

struct gct_directory_account {
    const struct gct_directory_channel *channel; /* the first configured one that has this account */
    struct gct_slice remote_id;                  /* the platform's id, digit for digit */
    struct gct_slice name;                       /* for people; the id when the configuration gives none */
    int64_t id;                                  /* account.id; 0 before the sync */
    const struct gct_account_settings *settings; /* options with secrets (token), for the sender alone */
};

struct gct_directory_channel {
    struct gct_slice name;   /* title of the section; its id in the API */
    struct gct_slice plugin; /* "messenger" */
    int64_t id;              /* channel.id; 0 before the sync */
    size_t position;         /* order of the configuration, from 0 */
    struct gct_slice api_base;
    struct gct_instance *instance;     /* NULL: the plugin was refused */
    const struct gct_ext_rules *rules; /* NULL: none */
    struct gct_window_rules window;
    const struct gct_channel_settings *settings;
    const struct gct_directory_account *const *accounts;
    size_t account_count;
};

struct gct_directory;

/* One channel for gct_directory_new; settings must live until release. */
struct gct_directory_entry {
    const struct gct_channel_settings *settings;
    struct gct_slice api_base;
    struct gct_instance *instance;
    const struct gct_ext_rules *rules;
};

struct gct_directory_options {
    const struct gct_directory_entry *entries;
    size_t count;
    int64_t reopen_ms;            /* 0: GCT_REOPEN_HOURS */
    void (*release)(void *owner); /* with the last reference: frees registry and settings; may be NULL */
    void *owner;
};

/* A directory with one reference, not yet synchronised. Two channels of one plugin may have the same account.
 */
struct gct_directory *gct_directory_new(const struct gct_directory_options *options);

/* Writes channel and account rows that are missing, follows renames and moves, and fills in the numbers.
 * Inside a write, before the directory is published. */
GCT_NODISCARD enum gct_status gct_directory_sync(struct gct_tx *tx, struct gct_directory *directory,
                                                 struct gct_error *err);

/* One more reference; any thread. */
struct gct_directory *gct_directory_share(struct gct_directory *directory);
/* Lets a reference go; *directory becomes NULL. Any thread. */
void gct_directory_free(struct gct_directory **directory);

int64_t gct_directory_reopen_ms(const struct gct_directory *directory);
size_t gct_directory_count(const struct gct_directory *directory);
const struct gct_directory_channel *gct_directory_at(const struct gct_directory *directory, size_t index);
/* NULL when there is none. */
const struct gct_directory_channel *gct_directory_channel(const struct gct_directory *directory,
                                                          struct gct_slice name);
const struct gct_directory_channel *gct_directory_channel_by_id(const struct gct_directory *directory,
                                                                int64_t id);
/* An account by the store's number; by the platform's id below a plugin. NULL when it is not configured (any
 * more). */
const struct gct_directory_account *gct_directory_account(const struct gct_directory *directory, int64_t id);
const struct gct_directory_account *gct_directory_account_of(const struct gct_directory *directory,
                                                             struct gct_slice plugin,
                                                             struct gct_slice remote_id);

/* The place where the present directory is found. */
struct gct_directory_slot;
struct gct_directory_slot *gct_directory_slot_new(void);
void gct_directory_slot_free(struct gct_directory_slot **slot);
/* A reference to the present directory, to be freed; NULL when there is none yet. Any thread. */
struct gct_directory *gct_directory_get(struct gct_directory_slot *slot);
/* Takes the caller's reference and lets the former one go. Any thread. */
void gct_directory_set(struct gct_directory_slot *slot, struct gct_directory *directory);

#endif
