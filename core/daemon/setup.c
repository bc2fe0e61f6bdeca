#include "daemon/setup.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/slice.h"
#include "net/server.h"

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

/* The pair of tls, as far as there is one; a sentence for each file that cannot be read. */
static enum gct_status check_tls(const struct gct_settings *settings, struct gct_problems *problems)
{
    const char *names[] = { "certificate", "key" };
    const char *paths[] = { settings->tls_certificate, settings->tls_key };
    size_t before = problems->count;
    struct gct_error err = { 0 };
    if (paths[0] == NULL || paths[1] == NULL) {
        return GCT_OK;
    }
    for (size_t i = 0; i < GCT_COUNT(paths); i++) {
        if (access(paths[i], R_OK) != 0) {
            gct_problem_add(problems, "%s:%d: tls: the %s %s cannot be read", settings->file,
                            settings->tls_line, names[i], paths[i]);
        }
    }
    if (problems->count == before && gct_server_tls_check(paths[0], paths[1], &err) != GCT_OK) {
        gct_problem_add(problems, "%s:%d: tls: %s", settings->file, settings->tls_line, err.text);
    }
    return problems->count == before ? GCT_OK : GCT_INVALID;
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
    if (check_tls(setup->settings, problems) != GCT_OK) {
        st = GCT_INVALID;
    }
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
