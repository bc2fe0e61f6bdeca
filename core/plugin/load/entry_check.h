/* Whether a loaded file's table, and an instance made from it, may be used: the one place that builds these
 * refusals. Pure, any thread. */
#ifndef GUICHET_CORE_PLUGIN_LOAD_ENTRY_CHECK_H
#define GUICHET_CORE_PLUGIN_LOAD_ENTRY_CHECK_H

#include <guichet/plugin.h>
#include <guichet/profile.h>

#include "base/error.h"

/* Takes two numbers, so that nothing else of the table can be read before it. GCT_INCOMPATIBLE with a
 * sentence that names both values. */
GCT_NODISCARD enum gct_status gct_entry_check(uint32_t size, uint32_t abi, struct gct_error *err);

/* The rest of the table, after gct_entry_check: id is the manifest's. */
GCT_NODISCARD enum gct_status gct_entry_check_table(const struct gct_plugin_entry *entry, struct gct_slice id,
                                                    struct gct_error *err);

/* What open() gave. status is what it returned; only then is plugin looked at. */
GCT_NODISCARD enum gct_status gct_entry_check_instance(uint32_t status, const struct gct_plugin *plugin,
                                                       struct gct_error *err);

/* What get_extension() gave for gct.profile/1: NULL, or a table that is whole. */
GCT_NODISCARD enum gct_status gct_entry_check_profile(const struct gct_ext_profile *profile,
                                                      struct gct_error *err);

#endif
