/* guichetd --check: everything that can be said about a configuration without running it. */
#include <stdio.h>
#include <unistd.h>

#include "base/slice.h"
#include "daemon/daemon.h"

static void discard_here(struct gct_setup *setup, void *arg)
{
    (void)arg;
    gct_setup_free(&setup);
}

/* A store that is not there yet needs but a folder to be made in. One that is there is only looked at, so
 * that a newer guichetd can be tried beside the one that runs. */
static void check_store(const struct gct_settings *settings, struct gct_problems *problems)
{
    struct gct_error err = { 0 };
    if (settings->store_path == NULL || settings->data_dir[0] != '/') {
        return; /* it was said */
    }
    if (access(settings->data_dir, W_OK | X_OK) != 0) {
        gct_problem_add(problems, "%s: data_dir %s is not there, or cannot be written to", settings->file,
                        settings->data_dir);
        return;
    }
    if (access(settings->store_path, F_OK) == 0) {
        if (access(settings->store_path, R_OK | W_OK) != 0) {
            gct_problem_add(problems, "%s: store: %s cannot be read and written", settings->file,
                            settings->store_path);
        } else if (gct_store_recognise(settings->store_path, &err) != GCT_OK) {
            gct_problem_add(problems, "%s: store: %s", settings->file, err.text);
        }
        return;
    }
    struct gct_slice folder = gct_slice_of(settings->store_path);
    while (folder.len > 1u && folder.ptr[folder.len - 1u] != '/') {
        folder.len--;
    }
    const char *name = gct_arena_cstr(settings->arena, folder);
    if (access(name, W_OK | X_OK) != 0) {
        gct_problem_add(problems, "%s: store: the folder %s is not there, or cannot be written to",
                        settings->file, name);
    }
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
        check_store(setup->settings, &problems);
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
