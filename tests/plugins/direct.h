/* The smallest host that a plugin can be called by: in this thread, with memory that can be made to run out
 * at a chosen moment, and results written down as they come. For conformance tests and fuzz targets; the
 * daemon's own host is core/plugin/.
 *
 * One struct direct serves one call after another. It checks what it is handed as strictly as the ABI allows
 * and notes the first breach in `breach`. */
#ifndef GUICHET_TESTS_PLUGINS_DIRECT_H
#define GUICHET_TESTS_PLUGINS_DIRECT_H

#include <guichet/guichet.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "render.h"
#include "vector.h"

#define DIRECT_VALUES 65536u

struct direct {
    struct gct_host host;
    struct gct_call call;
    struct gct_arena *arena;     /* of the call */
    struct gct_arena *copies;    /* what the guard let pass */
    struct gct_arena *instances; /* of open() */
    struct gct_json **values;    /* JSON values of the call, DIRECT_VALUES at most */
    size_t value_count;
    const struct gct_json *channel; /* options for gct.config/1, as in channel.json */
    int opening;
    int bare;           /* no extension at all is offered */
    size_t allocations; /* of this call */
    size_t fail_from;   /* this allocation and all later ones fail; 0: none */
    size_t fail_at;     /* this one alone fails; 0: none */
    size_t results;     /* events or requests that were taken */
    struct gct_buffer out;
    struct printer printer;
    char explanation[400];
    char breach[200];
};

struct direct *direct_new(void);
void direct_free(struct direct **direct);

/* An instance of a channel as channel.json describes it. GCT_OK and *plugin, or what open() said. */
enum gct_status direct_open(struct direct *direct, const struct gct_plugin_entry *entry,
                            const struct gct_json *channel, struct gct_plugin **plugin);

/* One translation. What came of it is in direct->out as the vectors show it, until the next call. */
enum gct_status direct_call(struct direct *direct, const struct gct_plugin *plugin,
                            const struct vector *vector);

#endif
