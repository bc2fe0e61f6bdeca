#include "daemon/worker.c"

#include <unistd.h>

#include "cmocka_all.h"

struct job {
    struct gct_post post;
    int *done;
    int seen; /* how many were done before it */
};

static void run_slowly(struct gct_post *post)
{
    struct job *job = GCT_STRUCT_OF(post, job, post);
    (void)usleep(20000);
    job->seen = (*job->done)++;
}

static void who_waits_finds_all_done_that_was_given_before(void **state)
{
    struct gct_worker *worker = gct_worker_new();
    struct job jobs[5] = { 0 };
    int done = 0;
    (void)state;
    for (int round = 1; round <= 2; round++) {
        for (size_t i = 0; i < GCT_COUNT(jobs); i++) {
            jobs[i] = (struct job){ .post = { .run = run_slowly }, .done = &done };
            gct_worker_do(worker, &jobs[i].post);
        }
        gct_worker_wait(worker);
        assert_int_equal(done, round * (int)GCT_COUNT(jobs));
        assert_int_equal(jobs[4].seen, done - 1);
    }
    gct_worker_wait(worker);
    gct_worker_free(&worker);
    assert_null(worker);
}

static void what_waits_when_the_worker_is_freed_still_runs(void **state)
{
    struct gct_worker *worker = gct_worker_new();
    struct job jobs[3] = { 0 };
    int done = 0;
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(jobs); i++) {
        jobs[i] = (struct job){ .post = { .run = run_slowly }, .done = &done };
        gct_worker_do(worker, &jobs[i].post);
    }
    gct_worker_free(&worker);
    assert_int_equal(done, (int)GCT_COUNT(jobs));
    gct_worker_free(&worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_finds_all_done_that_was_given_before),
        cmocka_unit_test(what_waits_when_the_worker_is_freed_still_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
