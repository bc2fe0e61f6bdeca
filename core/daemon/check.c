/* guichetd --check: everything that can be said about a configuration without running it. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/slice.h"
#include "daemon/control/lock.h"
#include "daemon/daemon.h"

static void discard_here(struct gct_setup *setup, void *arg)
{
    (void)arg;
    gct_setup_free(&setup);
}

/* The store is opened only when no gateway has it; one that is not there yet needs but a folder to be made
 * in. */
static void check_store(const struct gct_settings *settings, struct gct_problems *problems)
{
    const struct gct_store_options options = { .path = settings->store_path };
    struct gct_store *store = NULL;
    struct gct_error err = { 0 };
    int lock = -1;
    if (settings->store_path == NULL || settings->data_dir[0] != '/') {
        return; /* it was said */
    }
    if (access(settings->data_dir, W_OK | X_OK) != 0) {
        gct_problem_add(problems, "%s: data_dir %s is not there, or cannot be written to", settings->file,
                        settings->data_dir);
        return;
    }
    if (access(settings->store_path, F_OK) != 0 || gct_lock_take(settings->run_dir, &lock, &err) != GCT_OK) {
        return;
    }
    if (gct_store_open(&options, &store, &err) != GCT_OK) {
        gct_problem_add(problems, "%s: store: %s", settings->file, err.text);
    }
    gct_store_close(&store);
    gct_lock_free(&lock);
}

static void check_file(const char *path, const char *what, struct gct_problems *problems)
{
    if (path != NULL && access(path, R_OK) != 0) {
        gct_problem_add(problems, "tls: the %s %s cannot be read", what, path);
    }
}

static void check_around(const struct gct_settings *settings, struct gct_problems *problems)
{
    check_store(settings, problems);
    check_file(settings->tls_certificate, "certificate", problems);
    check_file(settings->tls_key, "key", problems);
}

static void show(const struct gct_setup *setup)
{
    struct gct_buffer text = { 0 };
    gct_settings_print(setup->settings, setup->registry, &text);
    (void)fwrite(text.ptr, 1u, text.len, stdout);
    gct_buffer_free(&text);
}

int gct_daemon_check(const char *file, int print)
{
    struct gct_problems problems = { 0 };
    struct gct_setup *setup = NULL;
    enum gct_status st = gct_setup_load(file, 0, discard_here, NULL, &setup, &problems);
    if (setup->settings->run_dir != NULL) { /* the file could be read */
        check_around(setup->settings, &problems);
    }
    if (st == GCT_OK && print) {
        show(setup);
    }
    (void)fprintf(stderr, "%.*s%.*s", GCT_ARG(setup->settings->warnings),
                  GCT_ARG(gct_buffer_slice(&problems.text)));
    gct_setup_drop(setup);
    int status = problems.count == 0 && st == GCT_OK ? 0 : 1;
    gct_buffer_free(&problems.text);
    return status;
}
