/* One channel's instance, as the files of this folder see it. Made by registry.c, const afterwards. */
#ifndef GUICHET_CORE_PLUGIN_INSTANCE_H
#define GUICHET_CORE_PLUGIN_INSTANCE_H

#include "plugin/backend/backend.h"

#define INSTANCE_MAGIC 0x494e5354u

struct gct_instance {
    uint32_t magic;
    struct gct_instance *next;
    struct gct_slice name;
    struct gct_slice plugin;
    struct gct_slice api_base;
    const struct gct_manifest *manifest;
    struct gct_arena *arena; /* everything but the secrets */
    struct plugin_settings settings;
    struct guard_tables tables;
    const struct plugin_backend *backend;
    struct plugin_worker *worker;
    int is_quiet; /* nothing is taken any more */
};

#endif
