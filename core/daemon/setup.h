/* One reading of the configuration, made whole: settings, loaded plugins, open channels, and their directory.
 * A reload makes another one beside it. May block. */
#ifndef GUICHET_CORE_DAEMON_SETUP_H
#define GUICHET_CORE_DAEMON_SETUP_H

#include "daemon/settings.h"
#include "router/directory.h"

struct gct_setup {
    struct gct_settings *settings;
    struct gct_registry *registry;
    struct gct_directory *directory;                     /* a reference of the setup's own, or NULL */
    size_t refused;                                      /* channels whose plugin or options were refused */
    void (*discard)(struct gct_setup *setup, void *arg); /* with the last reference to the directory */
    void *arg;
};

/* Reads file and opens every channel. With prepare, data_dir and what must be in it are made where they are
 * missing. GCT_OK: also when channels were refused (they have no instance; the sentences are in problems).
 * GCT_INVALID: the file itself is wrong, or one that tls names; *out has no directory, and of settings and
 * registry what could be made of the file. Either way gct_setup_drop follows. discard is called, on any
 * thread, when nobody uses the setup any more: it leads to gct_setup_free, where blocking is allowed. */
GCT_NODISCARD enum gct_status gct_setup_load(const char *file, int prepare,
                                             void (*discard)(struct gct_setup *setup, void *arg), void *arg,
                                             struct gct_setup **out, struct gct_problems *problems);

/* Gives the setup's own reference to the directory away; discard follows when the others are gone. A setup
 * without a directory is freed at once, which may block. */
void gct_setup_drop(struct gct_setup *setup);

/* Closes every instance, wipes the secrets. */
void gct_setup_free(struct gct_setup **setup);

#endif
