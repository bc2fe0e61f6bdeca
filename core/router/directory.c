#include "router/directory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/slice.h"

#define DIRECTORY_MAGIC 0x44495245u

struct gct_directory {
    uint32_t magic;
    atomic_uint references;
    int synchronised;
    int64_t reopen_ms;
    void (*release)(void *owner);
    void *owner;
    size_t count;
    struct gct_directory_channel *channels;
    struct gct_directory_account *accounts; /* each once, in the order of the configuration */
    size_t account_count;
    const struct gct_directory_account **lists; /* the channels' lists, in a row */
};

struct gct_directory_slot {
    pthread_mutex_t lock;
    struct gct_directory *directory;
};

static struct gct_slice account_name(const struct gct_account_settings *settings)
{
    for (size_t i = 0; i < settings->option_count; i++) {
        if (gct_slice_is(settings->options[i].name, "name") && settings->options[i].value_count > 0 &&
            settings->options[i].values[0].len > 0) {
            return settings->options[i].values[0];
        }
    }
    return settings->id;
}

static struct gct_directory_account *add_account(struct gct_directory *directory,
                                                 const struct gct_directory_channel *channel,
                                                 const struct gct_account_settings *settings)
{
    for (size_t i = 0; i < directory->account_count; i++) {
        struct gct_directory_account *known = &directory->accounts[i];
        if (gct_slice_eq(known->remote_id, settings->id) &&
            gct_slice_eq(known->channel->plugin, channel->plugin)) {
            return known;
        }
    }
    struct gct_directory_account *account = &directory->accounts[directory->account_count++];
    *account = (struct gct_directory_account){
        .channel = channel, .remote_id = settings->id, .name = account_name(settings), .settings = settings
    };
    return account;
}

struct gct_directory *gct_directory_new(const struct gct_directory_options *options)
{
    struct gct_directory *directory = gct_heap_new(sizeof *directory);
    size_t accounts = 0;
    for (size_t i = 0; i < options->count; i++) {
        accounts += options->entries[i].settings->account_count;
    }
    *directory = (struct gct_directory){ .magic = DIRECTORY_MAGIC,
                                         .reopen_ms = options->reopen_ms,
                                         .release = options->release,
                                         .owner = options->owner,
                                         .count = options->count };
    atomic_init(&directory->references, 1u);
    if (directory->reopen_ms == 0) {
        directory->reopen_ms = GCT_REOPEN_HOURS * GCT_HOUR_MS;
    }
    directory->channels = gct_heap_array(options->count + 1u, sizeof *directory->channels);
    directory->accounts = gct_heap_array(accounts + 1u, sizeof *directory->accounts);
    directory->lists = gct_heap_array(accounts + 1u, sizeof *directory->lists);
    size_t listed = 0;
    for (size_t i = 0; i < options->count; i++) {
        const struct gct_directory_entry *entry = &options->entries[i];
        struct gct_directory_channel *channel = &directory->channels[i];
        *channel = (struct gct_directory_channel){ .name = entry->settings->name,
                                                   .plugin = entry->settings->plugin,
                                                   .position = i,
                                                   .api_base = entry->api_base,
                                                   .instance = entry->instance,
                                                   .rules = entry->rules,
                                                   .window = gct_window_rules_of(entry->rules),
                                                   .settings = entry->settings,
                                                   .accounts = directory->lists + listed,
                                                   .account_count = entry->settings->account_count };
        for (size_t k = 0; k < channel->account_count; k++) {
            directory->lists[listed++] = add_account(directory, channel, &entry->settings->accounts[k]);
        }
    }
    return directory;
}

static enum gct_status sync_channel(struct gct_db *db, struct gct_directory_channel *channel,
                                    struct gct_error *err)
{
    struct gct_value name = GCT_V_TEXT(channel->name);
    enum gct_status status =
        gct_db_run(db, GCT_SQL_channel_put, GCT_BIND(name, GCT_V_TEXT(channel->plugin)), err);
    return status == GCT_OK ? gct_db_integer(db, GCT_SQL_channel_id, &name, 1, 0, &channel->id, err) : status;
}

static enum gct_status sync_account(struct gct_db *db, struct gct_directory_account *account,
                                    struct gct_error *err)
{
    struct gct_value values[] = { GCT_V_TEXT(account->channel->plugin), GCT_V_TEXT(account->remote_id),
                                  GCT_V_TEXT(account->name), GCT_V_INT(account->channel->id) };
    enum gct_status status = gct_db_run(db, GCT_SQL_account_put, values, 4, err);
    return status == GCT_OK ? gct_db_integer(db, GCT_SQL_account_id, values, 2, 0, &account->id, err)
                            : status;
}

enum gct_status gct_directory_sync(struct gct_tx *tx, struct gct_directory *directory, struct gct_error *err)
{
    GCT_CHECK_OBJ(directory, DIRECTORY_MAGIC);
    enum gct_status status = GCT_OK;
    for (size_t i = 0; status == GCT_OK && i < directory->count; i++) {
        status = sync_channel(gct_tx_db(tx), &directory->channels[i], err);
    }
    for (size_t i = 0; status == GCT_OK && i < directory->account_count; i++) {
        status = sync_account(gct_tx_db(tx), &directory->accounts[i], err);
    }
    directory->synchronised = status == GCT_OK;
    return status;
}

struct gct_directory *gct_directory_share(struct gct_directory *directory)
{
    GCT_CHECK_OBJ(directory, DIRECTORY_MAGIC);
    (void)atomic_fetch_add(&directory->references, 1u);
    return directory;
}

void gct_directory_free(struct gct_directory **directory)
{
    struct gct_directory *last = *directory;
    *directory = NULL;
    if (last == NULL || atomic_fetch_sub(&last->references, 1u) != 1u) {
        return;
    }
    if (last->release != NULL) {
        last->release(last->owner);
    }
    last->magic = 0;
    free(last->channels);
    free(last->accounts);
    free((void *)last->lists);
    free(last);
}

int64_t gct_directory_reopen_ms(const struct gct_directory *directory)
{
    return directory->reopen_ms;
}

size_t gct_directory_count(const struct gct_directory *directory)
{
    return directory->count;
}

const struct gct_directory_channel *gct_directory_at(const struct gct_directory *directory, size_t index)
{
    return index < directory->count ? &directory->channels[index] : NULL;
}

const struct gct_directory_channel *gct_directory_channel(const struct gct_directory *directory,
                                                          struct gct_slice name)
{
    for (size_t i = 0; i < directory->count; i++) {
        if (gct_slice_eq(directory->channels[i].name, name)) {
            return &directory->channels[i];
        }
    }
    return NULL;
}

const struct gct_directory_channel *gct_directory_channel_by_id(const struct gct_directory *directory,
                                                                int64_t id)
{
    for (size_t i = 0; i < directory->count; i++) {
        if (directory->channels[i].id == id) {
            return &directory->channels[i];
        }
    }
    return NULL;
}

const struct gct_directory_account *gct_directory_account(const struct gct_directory *directory, int64_t id)
{
    for (size_t i = 0; i < directory->account_count; i++) {
        if (directory->accounts[i].id == id) {
            return &directory->accounts[i];
        }
    }
    return NULL;
}

const struct gct_directory_account *gct_directory_account_of(const struct gct_directory *directory,
                                                             struct gct_slice plugin,
                                                             struct gct_slice remote_id)
{
    for (size_t i = 0; i < directory->account_count; i++) {
        const struct gct_directory_account *account = &directory->accounts[i];
        if (gct_slice_eq(account->remote_id, remote_id) && gct_slice_eq(account->channel->plugin, plugin)) {
            return account;
        }
    }
    return NULL;
}

struct gct_directory_slot *gct_directory_slot_new(void)
{
    struct gct_directory_slot *slot = gct_heap_new(sizeof *slot);
    GCT_CHECK_EQ(pthread_mutex_init(&slot->lock, NULL), 0);
    return slot;
}

void gct_directory_slot_free(struct gct_directory_slot **slot)
{
    if (*slot != NULL) {
        gct_directory_free(&(*slot)->directory);
        (void)pthread_mutex_destroy(&(*slot)->lock);
        free(*slot);
        *slot = NULL;
    }
}

struct gct_directory *gct_directory_get(struct gct_directory_slot *slot)
{
    (void)pthread_mutex_lock(&slot->lock);
    struct gct_directory *directory = slot->directory == NULL ? NULL : gct_directory_share(slot->directory);
    (void)pthread_mutex_unlock(&slot->lock);
    return directory;
}

void gct_directory_set(struct gct_directory_slot *slot, struct gct_directory *directory)
{
    GCT_CHECK(directory == NULL || directory->synchronised);
    (void)pthread_mutex_lock(&slot->lock);
    struct gct_directory *former = slot->directory;
    slot->directory = directory;
    (void)pthread_mutex_unlock(&slot->lock);
    gct_directory_free(&former);
}
