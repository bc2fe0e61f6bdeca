#include "daemon/setup.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/slice.h"

static void nobody_left(void *owner)
{
    struct gct_setup *setup = owner;
    setup->discard(setup, setup->arg);
}

/* Opens each channel; one that is refused keeps its place, without an instance. Of a section whose problems
 * were said already nothing more is said. */
static void open_channels(struct gct_setup *setup, struct gct_directory_entry *entries,
                          struct gct_problems *problems)
{
    for (size_t i = 0; i < setup->settings->channel_count; i++) {
        const struct gct_channel_settings *channel = &setup->settings->channels[i];
        struct gct_error err = { 0 };
        entries[i].settings = channel;
        if (!setup->settings->channel_right[i]) {
            setup->refused++;
        } else if (gct_registry_open(setup->registry, channel, &entries[i].instance, &err) == GCT_OK) {
            entries[i].rules = gct_instance_rules(entries[i].instance);
            entries[i].api_base = gct_instance_api_base(entries[i].instance);
        } else {
            entries[i].instance = NULL;
            setup->refused++;
            gct_problem_add(problems, "%s", err.text);
        }
    }
}

enum gct_status gct_setup_load(const char *file, int prepare,
                               void (*discard)(struct gct_setup *setup, void *arg), void *arg,
                               struct gct_setup **out, struct gct_problems *problems)
{
    struct gct_setup *setup = gct_heap_new(sizeof *setup);
    enum gct_status st = gct_settings_load(file, prepare, &setup->settings, &setup->registry, problems);
    struct gct_directory_entry *entries = gct_heap_array(setup->settings->channel_count, sizeof *entries);
    *out = setup;
    setup->discard = discard;
    setup->arg = arg;
    open_channels(setup, entries, problems);
    if (st != GCT_OK) {
        free(entries);
        return st;
    }
    const struct gct_directory_options options = { .entries = entries,
                                                   .count = setup->settings->channel_count,
                                                   .reopen_ms = setup->settings->reopen_hours * GCT_HOUR_MS,
                                                   .release = nobody_left,
                                                   .owner = setup };
    setup->directory = gct_directory_new(&options);
    free(entries);
    return GCT_OK;
}

void gct_setup_drop(struct gct_setup *setup)
{
    struct gct_directory *directory = setup->directory;
    if (directory == NULL) {
        gct_setup_free(&setup);
        return;
    }
    setup->directory = NULL;
    gct_directory_free(&directory);
}

void gct_setup_free(struct gct_setup **setup)
{
    if (*setup != NULL) {
        GCT_CHECK((*setup)->directory == NULL);
        gct_registry_free(&(*setup)->registry);
        gct_settings_free(&(*setup)->settings);
        free(*setup);
        *setup = NULL;
    }
}
