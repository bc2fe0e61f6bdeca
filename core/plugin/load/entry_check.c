#include "plugin/load/entry_check.h"

#include "base/slice.h"

#define MAJOR(abi) ((abi) >> 16)
#define MINOR(abi) ((abi)&0xffffu)

enum gct_status gct_entry_check(uint32_t size, uint32_t abi, struct gct_error *err)
{
    if (size < sizeof(struct gct_plugin_entry)) {
        return gct_error_set(err, GCT_INCOMPATIBLE, "its gct_plugin_entry has %u bytes, ABI %u.%u needs %zu",
                             size, GCT_ABI_MAJOR, GCT_ABI_MINOR, sizeof(struct gct_plugin_entry));
    }
    if (MAJOR(abi) != GCT_ABI_MAJOR) {
        return gct_error_set(err, GCT_INCOMPATIBLE, "built for ABI %u.%u, this Guichet speaks %u.%u",
                             MAJOR(abi), MINOR(abi), GCT_ABI_MAJOR, GCT_ABI_MINOR);
    }
    return GCT_OK;
}

enum gct_status gct_entry_check_table(const struct gct_plugin_entry *entry, struct gct_slice id,
                                      struct gct_error *err)
{
    struct gct_slice said = gct_slice_of(entry->id);
    if (!gct_slice_eq(said, id)) {
        return gct_error_set(err, GCT_INCOMPATIBLE,
                             "its gct_plugin_entry says it is \"%.*s\", its manifest \"%.*s\"",
                             GCT_ARG(gct_slice_head(said, 64u)), GCT_ARG(id));
    }
    if (entry->open == NULL) {
        return gct_error_set(err, GCT_INCOMPATIBLE, "its gct_plugin_entry has no open");
    }
    return GCT_OK;
}

enum gct_status gct_entry_check_instance(uint32_t status, const struct gct_plugin *plugin,
                                         struct gct_error *err)
{
    const char *missing = NULL;
    if (status != GCT_OK) {
        enum gct_status known = status < GCT_STATUS_COUNT ? (enum gct_status)status : GCT_INTERNAL;
        return gct_error_set(err, known, "open returned %u (%s)", status, gct_status_text(known));
    }
    if (plugin == NULL) {
        return gct_error_set(err, GCT_INTERNAL, "open returned 0 (done) and made no instance");
    }
    if (plugin->size < sizeof *plugin) {
        return gct_error_set(err, GCT_INCOMPATIBLE, "its gct_plugin has %u bytes, ABI %u.%u needs %zu",
                             plugin->size, GCT_ABI_MAJOR, GCT_ABI_MINOR, sizeof *plugin);
    }
    missing = plugin->decode == NULL          ? "decode"
              : plugin->encode == NULL        ? "encode"
              : plugin->classify == NULL      ? "classify"
              : plugin->get_extension == NULL ? "get_extension"
              : plugin->self == NULL          ? "self"
                                              : NULL;
    return missing == NULL ? GCT_OK
                           : gct_error_set(err, GCT_INCOMPATIBLE, "its gct_plugin has no %s", missing);
}

enum gct_status gct_entry_check_profile(const struct gct_ext_profile *profile, struct gct_error *err)
{
    if (profile == NULL) {
        return GCT_OK;
    }
    if (profile->size < sizeof *profile) {
        return gct_error_set(err, GCT_INCOMPATIBLE,
                             "its " GCT_EXT_PROFILE " has %u bytes, this Guichet needs %zu", profile->size,
                             sizeof *profile);
    }
    return profile->request != NULL && profile->read != NULL
               ? GCT_OK
               : gct_error_set(err, GCT_INCOMPATIBLE, "its " GCT_EXT_PROFILE " lacks a function");
}
