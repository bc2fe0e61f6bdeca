/* A plugin's file: from a name in the configuration to a file that may be loaded, and from there to its
 * table.
 *
 * Admitting runs nothing of the file: its bytes are read once, its manifest is accepted, and a copy named by
 * its content is put into a private folder, so that a file replaced later cannot change code that runs.
 * Loading maps that copy. Code that was loaded is never unloaded in this process: an instance that hangs may
 * still run in it. */
#ifndef GUICHET_CORE_PLUGIN_LOAD_LOADER_H
#define GUICHET_CORE_PLUGIN_LOAD_LOADER_H

#include "plugin/manifest.h"

#define PLUGIN_FILE_BYTES ((size_t)32u << 20)

struct plugin_file {
    struct gct_slice name;
    char digest[65];  /* SHA-256, hex */
    const char *copy; /* path of the private copy */
    struct gct_manifest manifest;
};

/* Reads, checks and copies <plugin_dir>/<name>.so; out lives in arena. The sentence of a refusal begins with
 * "channel plugin NAME: ". May block on disk. */
GCT_NODISCARD enum gct_status plugin_file_admit(const char *plugin_dir, const char *run_dir,
                                                struct gct_slice name, struct gct_arena *arena,
                                                struct plugin_file *out, struct gct_error *err);

/* Maps the copy and checks its table. id is the manifest's. Constructors of the file run here. */
GCT_NODISCARD enum gct_status plugin_file_load(const char *copy, struct gct_slice id,
                                               const struct gct_plugin_entry **out, struct gct_error *err);

#endif
