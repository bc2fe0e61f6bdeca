/* Where calls of plugins run: a table of backends, chosen by name.
 *
 * "inproc" runs a plugin on a thread of this process; "null" runs nothing at all, so that what stands above
 * can be tested without a plugin. The jailed child becomes a third row and changes nothing for callers.
 *
 * A worker is one instance. start and stop are called on one thread, submit on any; stop gives every
 * translation that was taken its answer before it returns. */
#ifndef GUICHET_CORE_PLUGIN_BACKEND_BACKEND_H
#define GUICHET_CORE_PLUGIN_BACKEND_BACKEND_H

#include "plugin/guard/guard.h"
#include "plugin/load/settings.h"

/* All that a worker is made from. Text is borrowed and outlives the worker. */
struct plugin_start {
    struct gct_slice channel;
    struct gct_slice plugin;
    const char *copy; /* the private copy of the file; NULL where needs_file is 0 */
    const struct plugin_settings *settings;
    size_t queue_limit;
    int64_t deadline_ms;
    struct gct_arena *arena; /* for the tables */
};

struct plugin_worker;

struct plugin_backend {
    const char *name;
    int needs_file;

    /* Opens the instance; gives the worker and copies of its tables. */
    enum gct_status (*start)(const struct plugin_start *start, struct plugin_worker **out,
                             struct guard_tables *tables, struct gct_error *err);

    /* As gct_translate. */
    enum gct_status (*submit)(struct plugin_worker *worker, struct gct_translation *translation);

    /* How many translations wait, and whether the instance is down. */
    size_t (*waiting)(struct plugin_worker *worker, int *is_down);

    void (*stop)(struct plugin_worker **worker);
};

extern const struct plugin_backend plugin_backend_inproc;
extern const struct plugin_backend plugin_backend_null;

/* NULL when there is none of that name; and all names in one line with a space before each, for sentences. */
const struct plugin_backend *plugin_backend_find(const char *name);
const char *plugin_backend_list(void);

#endif
