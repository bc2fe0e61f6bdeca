/* The backend that runs nothing, and the table of all backends. A hook has no events; there is nobody who
 * could write a request or judge an answer. */
#include <string.h>

#include "base/slice.h"
#include "plugin/backend/backend.h"

static enum gct_status null_start(const struct plugin_start *start, struct plugin_worker **out,
                                  struct guard_tables *tables, struct gct_error *err)
{
    (void)start;
    (void)err;
    memset(tables, 0, sizeof *tables);
    *out = NULL;
    return GCT_OK;
}

static enum gct_status null_submit(struct plugin_worker *worker, struct gct_translation *translation)
{
    (void)worker;
    translation->status = translation->kind == GCT_DECODE ? GCT_OK : GCT_UNAVAILABLE;
    translation->fault = GCT_FAULT_NONE;
    translation->reason =
        translation->kind == GCT_DECODE ? GCT_EMPTY : GCT_LIT("backend null runs no plugin");
    translation->events = NULL;
    translation->event_count = 0;
    translation->requests = NULL;
    translation->request_count = 0;
    translation->done(translation);
    return GCT_OK;
}

static size_t null_waiting(struct plugin_worker *worker, int *is_down)
{
    (void)worker;
    *is_down = 0;
    return 0;
}

static void null_stop(struct plugin_worker **worker)
{
    *worker = NULL;
}

const struct plugin_backend plugin_backend_null = {
    .name = "null",
    .start = null_start,
    .submit = null_submit,
    .waiting = null_waiting,
    .stop = null_stop,
};

#define BACKEND_TABLE(X) X("inproc", plugin_backend_inproc) X("null", plugin_backend_null)
#define BACKEND_CASE(name, table) &table,
#define BACKEND_NAME(name, table) " " name

const struct plugin_backend *plugin_backend_find(const char *name)
{
    static const struct plugin_backend *const backends[] = { BACKEND_TABLE(BACKEND_CASE) };
    const struct plugin_backend *found = NULL;
    for (size_t i = 0; name != NULL && i < GCT_COUNT(backends); i++) {
        found = strcmp(backends[i]->name, name) == 0 ? backends[i] : found;
    }
    return found;
}

const char *plugin_backend_list(void)
{
    return BACKEND_TABLE(BACKEND_NAME);
}
