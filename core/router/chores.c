#include "router/chores.h"

#include "base/slice.h"
#include "router/delivery/fate.h"
#include "router/thread/thread.h"

/* The first column of what is due, at most GCT_CHORE_BATCH. */
static enum gct_status read_ids(struct route *route, enum gct_sql sql, int64_t until_ms, int64_t *ids,
                                size_t *count, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    *count = 0;
    enum gct_status status =
        gct_db_query(route->db, sql, GCT_BIND(GCT_V_INT(until_ms), GCT_V_INT(GCT_CHORE_BATCH)), &rows, err);
    while (status == GCT_OK && *count < GCT_CHORE_BATCH) {
        status = gct_rows_next(rows, err);
        if (status == GCT_OK) {
            ids[(*count)++] = gct_rows_integer(rows, 0);
        }
    }
    gct_rows_close(&rows);
    return status == GCT_DONE ? GCT_OK : status;
}

static enum gct_status window_over(struct route *route, int64_t id, struct gct_error *err)
{
    struct thread *thread = NULL;
    enum gct_status status = thread_of_conversation(route, id, &thread, err);
    if (status != GCT_OK) {
        return status;
    }
    thread_touch(route, thread);
    return thread_window_expire(route, thread, route->now_ms, err);
}

static enum gct_status timer(struct route *route, int64_t id, enum gct_ticket_act act, struct gct_error *err)
{
    static const struct thread_setter TIMER = { .author = GCT_AUTHOR_AUTOMATION, .reason = "timer" };
    struct thread *thread = NULL;
    enum gct_status status = thread_of_conversation(route, id, &thread, err);
    if (status != GCT_OK || thread->ticket.id == 0) {
        return status;
    }
    return thread_set_status(route, thread, act, &TIMER, err);
}

static enum gct_status snooze_over(struct route *route, int64_t id, struct gct_error *err)
{
    return timer(route, id, GCT_ACT_SNOOZE_OVER, err);
}

static enum gct_status reopen_over(struct route *route, int64_t id, struct gct_error *err)
{
    return timer(route, id, GCT_ACT_REOPEN_OVER, err);
}

enum gct_status gct_router_chores(struct gct_tx *tx, const struct gct_directory *directory, int *more,
                                  struct gct_error *err)
{
    struct gct_ingest_counts counts = { 0 };
    struct route route;
    int64_t ids[GCT_CHORE_BATCH];
    size_t count = 0;
    route_begin(&route, tx, directory, &counts);
    const struct {
        enum gct_sql sql;
        int64_t until_ms;
        enum gct_status (*run)(struct route *route, int64_t id, struct gct_error *err);
    } due[] = {
        { GCT_SQL_chore_windows, route.now_ms, window_over },
        { GCT_SQL_chore_snoozed, route.now_ms, snooze_over },
        { GCT_SQL_chore_solved, route.now_ms - gct_directory_reopen_ms(directory), reopen_over },
        { GCT_SQL_outbox_grace_over, route.now_ms, fate_grace_over },
    };
    const struct {
        enum gct_sql sql;
        int64_t keep_ms;
    } old[] = {
        { GCT_SQL_chore_seen, GCT_SEEN_KEEP_MS },
        { GCT_SQL_chore_parked, GCT_PARKED_KEEP_MS },
        { GCT_SQL_chore_once, GCT_ONCE_KEEP_MS },
    };
    enum gct_status status = GCT_OK;
    *more = 0;
    for (size_t k = 0; status == GCT_OK && k < GCT_COUNT(due); k++) {
        status = read_ids(&route, due[k].sql, due[k].until_ms, ids, &count, err);
        for (size_t i = 0; status == GCT_OK && i < count; i++) {
            status = due[k].run(&route, ids[i], err);
        }
        *more |= count == GCT_CHORE_BATCH;
    }
    for (size_t k = 0; status == GCT_OK && k < GCT_COUNT(old); k++) {
        status =
            gct_db_run(route.db, old[k].sql,
                       GCT_BIND(GCT_V_INT(route.now_ms - old[k].keep_ms), GCT_V_INT(GCT_CHORE_BATCH)), err);
        *more |= status == GCT_OK && gct_db_changes(route.db) == (int64_t)GCT_CHORE_BATCH;
    }
    route_count_parked(&route);
    return status == GCT_OK ? route_end(&route, err) : status;
}
