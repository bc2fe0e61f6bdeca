/* guichetd --check: everything that can be said about a configuration without running it. */
#include <stdio.h>
#include <unistd.h>

#include "base/slice.h"
#include "daemon/control/lock.h"
#include "daemon/daemon.h"

static void discard_here(struct gct_setup *setup, void *arg)
{
    (void)arg;
    gct_setup_free(&setup);
}

/* Only looked at, so that a newer guichetd can be tried beside the one that runs. */
static void check_database(const struct gct_settings *settings, struct gct_problems *problems)
{
    struct gct_error err = { 0 };
    if (access(settings->store_path, R_OK | W_OK) != 0) {
        gct_problem_add(problems, "%s: store: %s cannot be read and written", settings->file,
                        settings->store_path);
    } else if (gct_store_recognise(settings->store_path, &err) != GCT_OK) {
        gct_problem_add(problems, "%s: store: %s", settings->file, err.text);
    }
}

/* A database that is not there yet needs but a folder to be made in. */
static void check_its_folder(const struct gct_settings *settings, struct gct_problems *problems)
{
    struct gct_slice folder = gct_slice_of(settings->store_path);
    while (folder.ptr[folder.len - 1u] != '/') { /* the path begins with one */
        folder.len--;
    }
    const char *name = gct_arena_cstr(settings->arena, folder);
    if (access(name, W_OK | X_OK) != 0) {
        gct_problem_add(problems, "%s: store: the folder %s is not there, or cannot be written to",
                        settings->file, name);
    }
}

/* What an earlier run left, perhaps as another user. */
static void check_run_folder(const struct gct_settings *settings, struct gct_problems *problems)
{
    const char *lock = gct_arena_format(settings->arena, "%s/%s", settings->run_dir, GCT_LOCK_FILE).ptr;
    const char *left = access(lock, F_OK) == 0 ? lock : settings->run_dir;
    if (access(left, F_OK) == 0 && access(left, R_OK | W_OK) != 0) {
        gct_problem_add(problems, "%s: %s cannot be read and written", settings->file, left);
    }
}

static void check_data(const struct gct_settings *settings, struct gct_problems *problems)
{
    if (settings->store_path == NULL || settings->data_dir[0] != '/') {
        return; /* it was said */
    }
    if (access(settings->data_dir, W_OK | X_OK) != 0) {
        gct_problem_add(problems, "%s: data_dir %s is not there, or cannot be written to", settings->file,
                        settings->data_dir);
        return;
    }
    check_run_folder(settings, problems);
    if (access(settings->store_path, F_OK) == 0) {
        check_database(settings, problems);
    } else {
        check_its_folder(settings, problems);
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
        check_data(setup->settings, &problems);
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
