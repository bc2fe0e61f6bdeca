/* The manifest of a plugin, read from the bytes of its file: nothing of the file is loaded or run.
 *
 * A manifest lives in the arena it was read into and is const from then on. Any thread. It says what the
 * plugin is and which options its channels and accounts take; checking a configuration against it is
 * load/settings.h. */
#ifndef GUICHET_CORE_PLUGIN_MANIFEST_H
#define GUICHET_CORE_PLUGIN_MANIFEST_H

#include <guichet/guichet.h>

#include "base/arena.h"
#include "base/error.h"

#define GCT_MANIFEST_BYTES ((size_t)64u << 10)
#define GCT_MANIFEST_OPTIONS 128u
#define GCT_MANIFEST_CHOICES 64u

#define GCT_OPTION_TYPE_TABLE(X)                                                                             \
    X(OPTION_TEXT, "text")                                                                                   \
    X(OPTION_NUMBER, "number")                                                                               \
    X(OPTION_FLAG, "flag")                                                                                   \
    X(OPTION_CHOICE, "choice")                                                                               \
    X(OPTION_SECRET, "secret") X(OPTION_SECRET_LIST, "secret_list") X(OPTION_URL, "url")
#define GCT_OPTION_AS_ENUM(name, text) GCT_##name,
enum gct_option_type { GCT_OPTION_TYPE_TABLE(GCT_OPTION_AS_ENUM) GCT_OPTION_TYPE_COUNT };
#undef GCT_OPTION_AS_ENUM

struct gct_manifest_option {
    struct gct_slice name, help, fallback; /* fallback: the default as text; ptr NULL when there is none */
    enum gct_option_type type;
    int per_account; /* scope: 0 channel, 1 account */
    int required;
    int64_t min, max; /* numbers; both 0: no bound */
    const struct gct_slice *choices;
    size_t choice_count;
};

struct gct_manifest {
    struct gct_slice id, name, version, summary;
    uint32_t abi;
    const struct gct_slice *requires_ext;
    size_t requires_count;
    const struct gct_manifest_option *options;
    size_t option_count;
};

/* Find the section in the bytes of an ELF64 file, parse and check the text. Everything found lives in arena.
 * GCT_INVALID with a sentence for whatever is wrong with the file, GCT_INCOMPATIBLE for the ABI. */
GCT_NODISCARD enum gct_status gct_manifest_read(struct gct_slice file, struct gct_arena *arena,
                                                struct gct_manifest *out, struct gct_error *err);

/* The same from the manifest's text alone. */
GCT_NODISCARD enum gct_status gct_manifest_parse(struct gct_slice text, struct gct_arena *arena,
                                                 struct gct_manifest *out, struct gct_error *err);

/* Whether a value fits an option: its type, range and choices. GCT_INVALID with a sentence that begins with
 * the option's name and never holds a secret. *number is the value of a number or flag, else 0. */
GCT_NODISCARD enum gct_status gct_manifest_value(const struct gct_manifest_option *option,
                                                 struct gct_slice value, int64_t *number,
                                                 struct gct_error *err);

/* "text", "number", …; never NULL. */
const char *gct_option_type_name(enum gct_option_type type);

#endif
